const joining = (task) => ({
  now: () => task.outcome,
  later(resolve, reject) {
    let forgotten = false;
    task.promise.then((value) => forgotten || resolve(value), (error) => forgotten || reject(error));
    return () => {
      forgotten = true;
    };
  },
});
