/** A failure as it is, anything else as a new one. */
const failure = (why) => (why instanceof Error ? why : new Error(show(why)));
