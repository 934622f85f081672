#!/bin/sh
# Regenerates Generated/ from Protos/.
#
# Usage: regenerate.sh [scratch folder]
#
# Needs git, Swift and one of: protoc with the well-known types (Debian: protobuf-compiler and libprotobuf-dev),
# or Python with grpcio-tools. The scratch folder (default: .build-protos in the package) keeps the two plugins
# between runs. The versions below must be those of the package's dependencies.
set -eu

swift_protobuf=1.39.0
grpc_swift_protobuf=2.4.1

here=$(cd "$(dirname "$0")" && pwd)
scratch=${1:-"$here/../../.build-protos"}
mkdir -p "$scratch"
scratch=$(cd "$scratch" && pwd)

# plugin URL VERSION PRODUCT: builds a plugin once per version and prints where it is.
plugin() {
  checkout="$scratch/$3-$2"
  if [ ! -d "$checkout" ]; then
    git -c advice.detachedHead=false clone --quiet --depth 1 --branch "$2" "$1" "$checkout" >&2
  fi
  swift build --package-path "$checkout" --product "$3" >&2
  printf '%s/%s\n' "$(swift build --package-path "$checkout" --show-bin-path)" "$3"
}

gen_swift=$(plugin https://github.com/apple/swift-protobuf "$swift_protobuf" protoc-gen-swift)
gen_grpc=$(plugin https://github.com/grpc/grpc-swift-protobuf "$grpc_swift_protobuf" protoc-gen-grpc-swift-2)

if command -v protoc >/dev/null 2>&1; then
  protoc=protoc
elif python3 -c 'import grpc_tools' >/dev/null 2>&1; then
  protoc='python3 -m grpc_tools.protoc'
else
  echo "regenerate.sh: no protoc found; install protobuf-compiler and libprotobuf-dev, or pip install grpcio-tools" >&2
  exit 1
fi

output="$scratch/output"
rm -rf "$output"
mkdir -p "$output"
cd "$here/Protos"
files=$(find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort)
services=$(grep -l '^service ' $files)

$protoc -I . \
  --plugin="protoc-gen-swift=$gen_swift" \
  --swift_out="$output" \
  --swift_opt=Visibility=Package,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true \
  $files
$protoc -I . \
  --plugin="protoc-gen-grpc-swift-2=$gen_grpc" \
  --grpc-swift-2_out="$output" \
  --grpc-swift-2_opt=Visibility=Package,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true,Client=true,Server=true \
  $services

rm -rf "$here/Generated"
mv "$output" "$here/Generated"
echo "regenerate.sh: $(ls "$here/Generated" | wc -l) files in $here/Generated" >&2
