/** Numbers a port's connections from 1, in the order of their first requests. */
export function connectionCounter(): (socket: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (socket) => {
    let number = numbers.get(socket);
    if (number === undefined) {
      last += 1;
      number = last;
      numbers.set(socket, number);
    }
    return number;
  };
}
