"""The signs inside formulas: thousands of them on a page, in few colours on few grounds.

axe-core does not decide about them: most are one letter, or lie under another, transparent box.
So each different pair of a colour and a ground is reckoned here, once for a page in a view;
after that, axe-core need not walk through the signs.
"""

# WCAG 2.2, success criterion 1.4.3, for text of the usual size.
ENOUGH = 4.5

# A ground is what the elements around a sign are painted with, and any painted box of its formula that meets its own.
FAINT = """(enough) => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const known = new Map();
    function rgba(color) {
        if (!known.has(color)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
            known.set(color, [red, green, blue, alpha / 255]);
        }
        return known.get(color);
    }
    const over = ([r, g, b, alpha], below) => [r, g, b].map((part, at) => alpha * part + (1 - alpha) * below[at]);
    function luminance(color) {
        const [r, g, b] = color.map((part) => part / 255).map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    function contrast(...two) {
        const [dark, light] = two.map(luminance).sort((one, other) => one - other);
        return (light + 0.05) / (dark + 0.05);
    }
    // What lies under the children of an element, and how much of them is seen.
    const grounds = new Map([[null, {under: [255, 255, 255], seen: 1}]]);
    function ground(element) {
        if (!grounds.has(element)) {
            const {under, seen} = ground(element.parentElement);
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
            if (backgroundImage !== 'none') throw new Error(`no one colour under ${element.outerHTML.slice(0, 200)}`);
            grounds.set(element, {under: over(rgba(backgroundColor), under), seen: seen * opacity});
        }
        return grounds.get(element);
    }
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const pairs = new Map();
    for (const formula of document.querySelectorAll('.katex-html')) {
        const parts = [...formula.querySelectorAll('*')];
        const painted = parts.filter((part) => rgba(getComputedStyle(part).backgroundColor)[3] > 0);
        for (const sign of parts) {
            if (![...sign.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
            const {under, seen} = ground(sign);
            const [r, g, b, alpha] = rgba(getComputedStyle(sign).color);
            const box = painted.length && sign.getBoundingClientRect();
            const boxes = painted.filter((other) => !other.contains(sign) && meet(other.getBoundingClientRect(), box));
            for (const below of [under, ...boxes.map((other) => ground(other).under)]) {
                const pair = [r, g, b, alpha * seen, below].join();
                if (!pairs.has(pair)) pairs.set(pair, [sign.textContent, contrast(over([r, g, b, alpha * seen], below), below)]);
            }
        }
    }
    return [...pairs].filter(([, [, ratio]]) => ratio < enough).map(([pair, [text, ratio]]) => `${text} (${pair}): ${ratio.toFixed(2)}`);
}"""

# Each formula becomes an empty box of its size: what is around it stays where it was.
# One that holds something to press keeps its signs.
EMPTY = """() => {
    const formulas = [...document.querySelectorAll('.katex-html')].filter((one) => !one.querySelector('a, button, [tabindex]'));
    const boxes = formulas.map((one) => one.getBoundingClientRect());
    formulas.forEach((one, at) => {
        const box = document.createElement('span');
        box.style.cssText = `display: inline-block; width: ${boxes[at].width}px; height: ${boxes[at].height}px`;
        one.replaceChildren(box);
    });
}"""
