module.exports = (config) => ({ dir: { input: "content", includes: "../_includes" } });
