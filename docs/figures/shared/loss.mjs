// The mathematics of the pages for one row or a batch, in doubles: tested against snippets/ in a browser.

export const sum = (values) => values.reduce((total, value) => total + value, 0);

// e^s over the sum of all of them; the row's maximum is subtracted, which changes nothing and overflows nowhere.
export function softmax(scores) {
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

// log(softmax) without ever taking the logarithm of a number that has become 0.
export function logSoftmax(scores) {
  const largest = Math.max(...scores);
  const total = sum(scores.map((score) => Math.exp(score - largest)));
  return scores.map((score) => score - largest - Math.log(total));
}

export const crossEntropy = (scores, label) => -logSoftmax(scores)[label];

// One row of the gradient before anything is divided by N: p minus the label's 1.
// At the label it is minus the sum of the others, so that no digit is lost where p is nearly 1.
export function rowGradient(scores, label) {
  const p = softmax(scores);
  const others = sum(p.filter((_, k) => k !== label));
  return p.map((share, k) => (k === label ? -others : share));
}
