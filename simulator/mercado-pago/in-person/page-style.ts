/** How the pages look: a counter, a reader on it, and the hands around it. */
export const style = `
:root { color-scheme: light; --blue: #009ee3; --ink: #12263f; --paper: #f3f6fa }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 980px; padding: 20px; font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
nav { display: flex; gap: 18px } nav a { color: #006ea0 } h1 { margin: 14px 0 20px; font-size: 26px } h2 { margin: 0 0 10px; font-size: 16px }
button { font: inherit; padding: 9px 16px; border: 0; border-radius: 9px; color: var(--ink); background: #dde6f0; cursor: pointer }
button:hover, button:focus-visible { filter: brightness(.94); outline: 2px solid var(--blue) }
button.good { background: #0b7a4b; color: #fff } button.bad { background: #b3261e; color: #fff }
input, select { font: inherit; padding: 7px; border: 1px solid #b5c3d3; border-radius: 8px; background: #fff; max-width: 100% }
form { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; margin: 0 0 12px }
section { background: #fff; border-radius: 14px; padding: 18px; box-shadow: 0 1px 4px #12263f1f }
.list, .codes { display: grid; gap: 14px; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)) }
.card { display: grid; gap: 3px; padding: 16px; border-radius: 14px; background: #fff; color: inherit; text-decoration: none; box-shadow: 0 1px 4px #12263f1f; overflow-wrap: anywhere }
.card span { font-size: 14px; color: #4a5d75 }
.counter { display: grid; gap: 30px; grid-template-columns: 300px 1fr; align-items: start }
.hands { display: grid; gap: 16px }
.row { display: flex; flex-wrap: wrap; gap: 0 10px }
.reader { position: relative; width: 280px; padding: 26px 20px 16px; border-radius: 34px 34px 44px 44px; background: linear-gradient(150deg, #39465a, #171d27 60%); box-shadow: 0 22px 40px #0003, inset 0 2px 2px #ffffff40 }
.slot { position: absolute; top: -7px; left: 60px; right: 60px; height: 12px; border-radius: 6px; background: #0a0d12 }
.screen { height: 250px; padding: 12px 14px; border-radius: 12px; background: linear-gradient(#fff, #e8f6fd); text-align: center; overflow: auto; overflow-wrap: anywhere }
.dark .screen { background: #06080b; color: #5d6b7c }
.screen p { margin: 8px 0 } .bar { display: flex; justify-content: space-between; font-size: 12px; color: #4a5d75 }
.price { margin: 6px 0; font-size: 29px; font-weight: 700 }
.ringing { color: #006ea0; font-weight: 600; animation: ring 1.1s infinite } .processing { color: #8a5a00; font-weight: 600 }
.processed { color: #0b7a4b } .failed, .expired, .canceled, .action_required { color: #b3261e }
@keyframes ring { 50% { opacity: .45 } } @media (prefers-reduced-motion: reduce) { .ringing { animation: none } }
.keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: 9px; margin: 18px 6px 12px }
.keys i { padding: 9px 0; border-radius: 9px; font-style: normal; text-align: center; color: #e9eef5; background: #2a3443; box-shadow: inset 0 1px 0 #ffffff26, 0 2px 3px #0006 }
.keys .red { background: #a3271f } .keys .green { background: #17794f }
.brand { font-size: 11px; text-align: center; color: #aab8ca; overflow-wrap: anywhere }
.code { text-align: center } .code svg { width: 210px; height: 210px } .phone { justify-content: center }
@media (max-width: 700px) { .counter { grid-template-columns: 1fr; justify-items: center } }
`;
