const PLAIN = { item: (value) => value, end: null };
const ITERATED = { item: (value) => ({ value, done: false }), end: { value: undefined, done: true } };

/** Values pass from senders to receivers; `capacity` of them wait in it. */
class Channel {
  #capacity;
  #items = [];
  #closed = false;
  #receivers = new Waiters();
  #senders = new Waiters();

  constructor(capacity = Infinity) {
    this.#capacity = capacity;
  }

  get length() {
    return this.#items.length;
  }

  get closed() {
    return this.#closed;
  }

  trySend(value) {
    if (this.#closed) throw new Error('this channel is closed: nothing can be sent');
    const receiver = this.#receivers.next();
    if (receiver) receiver.resolve(receiver.as.item(value));
    else if (this.#items.length < this.#capacity) this.#items.push(value);
    else return false;
    return true;
  }

  /** `undefined` if there is nothing. */
  tryReceive() {
    const sender = this.#senders.next();
    if (sender) {
      this.#items.push(sender.value);
      sender.resolve();
    }
    return this.#items.shift();
  }

  send(value, signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    try {
      if (this.trySend(value)) return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
    return wait(signal, (resolve, reject) => this.addSender({ value, resolve, reject }));
  }

  /** The next value; `null` when the channel is closed and empty. */
  receive(signal) {
    return this.#next(signal, PLAIN);
  }

  #next(signal, as) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const value = this.tryReceive();
    if (value !== undefined) return Promise.resolve(as.item(value));
    if (this.#closed) return Promise.resolve(as.end);
    return wait(signal, (resolve) => this.addReceiver({ as, resolve }));
  }

  addSender(sender) {
    return this.#senders.add(sender);
  }

  addReceiver(receiver) {
    return this.#receivers.add({ as: PLAIN, ...receiver });
  }

  /** Nothing more will be sent; what is in it can still be received. */
  close() {
    this.#closed = true;
    for (const receiver of this.#receivers.all()) receiver.resolve(receiver.as.end);
    for (const sender of this.#senders.all()) {
      sender.reject(new Error('this channel is closed: nothing can be sent'));
    }
  }

  /** For `for await`: the values until it is closed. */
  values(signal) {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next(signal, ITERATED) }) };
  }
}
