import { describe, expect, it } from 'vitest';
import { applyEdit, firmwareWith } from './mutants.ts';

const edit = (find: string, replace: string) => ({ file: 'a.cpp', find, replace });

describe('a mutation', () => {
  it('changes the one place that it names, and takes its replacement literally', () => {
    expect(applyEdit('int a = 1;', edit('1', '2'))).toBe('int a = 2;');
    expect(applyEdit('f(x)', edit('x', '$&$1'))).toBe('f($&$1)');
  });

  it.each([
    ['is not there', 'int b;', 'there 0 times'],
    ['is there twice', 'a', 'there 2 times'],
    ['is empty', '', 'there 0 times'],
  ])('fails loudly when its text %s', (_, find, message) => {
    expect(() => applyEdit('a a', edit(find, 'c'))).toThrow(message);
  });

  it('fails loudly when it changes nothing, or names a file that the library does not have', async () => {
    expect(() => applyEdit('a', edit('a', 'a'))).toThrow('changes nothing');
    await expect(firmwareWith([edit('a', 'b')], 'mesh_gateway')).rejects.toThrow(/a\.cpp/);
  });
});
