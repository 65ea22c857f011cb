/** So many of them, each given back by whoever has one. */
class Resource extends Semaphore {
  constructor(size) {
    super(size, size);
  }
}
