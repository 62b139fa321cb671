// A seeded source of chance (mulberry32), so that a failure can be had again: SEED=… node --test.
export function seeded(otherwise = Date.now() % 2 ** 32) {
  const seed = Number(process.env.SEED ?? otherwise);
  console.log(`SEED=${seed}`);
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    of: (choices) => choices[Math.floor(next() * choices.length)],
  };
}
