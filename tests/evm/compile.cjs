// Compiles Token.sol and the forwarder it imports; prints { contract: bytecode } as JSON.
// node compile.cjs DIRECTORY, where DIRECTORY/node_modules holds solc and @openzeppelin/contracts.
const fs = require("fs");
const path = require("path");

const modules = path.join(process.argv[2], "node_modules");
const solc = require(path.join(modules, "solc"));
const input = {
  language: "Solidity",
  sources: { "Token.sol": { content: fs.readFileSync(path.join(__dirname, "Token.sol"), "utf8") } },
  settings: {
    optimizer: { enabled: true, runs: 200 },
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  },
};
const read = (name) => ({ contents: fs.readFileSync(path.join(modules, name), "utf8") });
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
const errors = (output.errors || []).filter((e) => e.severity === "error");
if (errors.length > 0) {
  errors.forEach((e) => console.error(e.formattedMessage));
  process.exit(1);
}
const bytecode = {};
for (const contracts of Object.values(output.contracts)) {
  for (const [name, contract] of Object.entries(contracts)) {
    bytecode[name] = contract.evm.bytecode.object;
  }
}
console.log(JSON.stringify(bytecode));
