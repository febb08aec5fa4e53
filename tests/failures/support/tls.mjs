import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAMES = "subjectAltName=DNS:localhost,DNS:shop.test,DNS:api.shop.test,IP:127.0.0.1";
const MAY_SIGN = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign";

/**
 * Throw-away certificates: one that signs itself, and a root, an intermediate and a server's own.
 * `root` is the file that a client trusts.
 */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-tls-"));
  const at = (name) => join(folder, name);
  const read = (name) => readFileSync(at(name), "utf8");
  const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = (name) => [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    at(`${name}.key`),
  ];
  const signed = (name, by, extensions) => {
    writeFileSync(at(`${name}.ext`), extensions);
    openssl("req", "-new", ...key(name), "-subj", `/CN=${name}`, "-out", at(`${name}.csr`));
    openssl(
      ...["x509", "-req", "-in", at(`${name}.csr`), "-CA", at(`${by}.pem`), "-CAkey", at(`${by}.key`)],
      ...["-CAcreateserial", "-days", "2", "-extfile", at(`${name}.ext`), "-out", at(`${name}.pem`)],
    );
  };
  const selfSigned = (name, ...more) =>
    openssl(
      "req",
      "-x509",
      ...key(name),
      "-subj",
      `/CN=${name}`,
      "-days",
      "2",
      ...more,
      "-out",
      at(`${name}.pem`),
    );
  selfSigned("own", "-addext", NAMES);
  selfSigned("root");
  signed("intermediate", "root", MAY_SIGN);
  signed("leaf", "intermediate", NAMES);
  return {
    root: at("root.pem"),
    selfSigned: { key: read("own.key"), cert: read("own.pem") },
    incomplete: { key: read("leaf.key"), cert: read("leaf.pem") },
    whole: { key: read("leaf.key"), cert: read("leaf.pem") + read("intermediate.pem") },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}
