import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
const P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority that lives as long as the folder, and its certificate for these names. */
export function makeCertificates(folder, names) {
  const file = (name) => join(folder, name);
  const [caKey, ca, key, request, leaf, chain] = [
    "ca.key",
    "ca.pem",
    "site.key",
    "site.csr",
    "site.pem",
    "fullchain.pem",
  ].map(file);
  writeFileSync(
    file("leaf.cnf"),
    `subjectAltName=${names.map((name) => `DNS:${name}`)}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  const authority = [
    "-subj",
    "/CN=Doorstep test authority",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign",
  ];
  openssl("req", "-x509", ...P256, "-keyout", caKey, "-out", ca, "-days", "2", ...authority);
  openssl("req", ...P256, "-keyout", key, "-out", request, "-subj", `/CN=${names[0]}`);
  const issued = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-extfile", file("leaf.cnf")];
  openssl("x509", "-req", "-in", request, "-out", leaf, "-days", "1", ...issued);
  writeFileSync(chain, readFileSync(leaf, "utf8"));
  return { key, chain, caFile: ca, ca: readFileSync(ca, "utf8") };
}
