import { describe, expect, it } from 'vitest';
import { RouteRouter } from './router.ts';

const router = new RouteRouter<string>();
router.add('GET', '/updates/:id', 'one');
router.add('GET', '/updates/pending', 'pending');
router.add('GET', '/updates/:id/node/:node_id/progress', 'progress');
router.add('GET', '/', 'root');
router.add('POST', '/updates', 'create');
router.add('GET', '/updates/:other', 'never');

const found = (method: string, path: string) => {
  const [[first]] = router.match(method, path) as [[string, Record<string, string>][]];
  return first ? [first[0], first[1]] : undefined;
};

describe('RouteRouter', () => {
  it.each([
    ['GET', '/updates/7', ['one', { id: '7' }]],
    ['GET', '/updates/pending', ['pending', {}]],
    ['GET', '/updates/7/node/ab/progress', ['progress', { id: '7', node_id: 'ab' }]],
    ['GET', '/', ['root', {}]],
    ['POST', '/updates', ['create', {}]],
    ['POST', '/updates/7', undefined],
    ['GET', '/updates', undefined],
    ['GET', '/updates/', undefined],
    ['GET', '/updates/7/', undefined],
    ['GET', '/updates/7/node//progress', undefined],
    ['GET', '/Updates/7', undefined],
    ['PUT', '/updates/7', undefined],
    ['GET', '/updates/constructor', ['one', { id: 'constructor' }]],
    ['GET', '', undefined],
  ])('%s %s', (method, path, result) => {
    expect(found(method, path)).toEqual(result);
  });

  it('takes no pattern that it would not honour', () => {
    expect(() => router.add('GET', '/files/*', 'x')).toThrow('only whole segments');
    expect(() => router.add('GET', '/files/:id{[0-9]+}', 'x')).toThrow('only whole segments');
  });
});
