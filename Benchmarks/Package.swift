// swift-tools-version: 6.2
import PackageDescription

let features: [SwiftSetting] = [
  "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
  "InferIsolatedConformances", "ImmutableWeakCaptures",
].map { .enableUpcomingFeature($0) }

let workflowJournal = Target.Dependency.product(name: "WorkflowJournal", package: "swift-durable-workflows")

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "swift-durable-workflows", path: ".."),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
  ],
  targets: [
    .target(name: "Measuring", swiftSettings: features),
    .executableTarget(
      name: "EngineBenchmarks",
      dependencies: [
        "Measuring", .product(name: "DurableWorkflows", package: "swift-durable-workflows"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: features),
    .executableTarget(
      name: "CPG1Benchmarks",
      dependencies: ["Measuring", .product(name: "CPG1", package: "swift-durable-workflows")],
      swiftSettings: features),

    // The engine once more, from the same files by a symbolic link, with its internals open to the micro benchmarks:
    // optimised like the product, and never linked together with it. It needs no macros.
    .target(
      name: "EngineInternals",
      dependencies: [
        workflowJournal,
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      exclude: ["DurableWorkflows.docc", "Authoring/Macros.swift"],
      swiftSettings: features + [.unsafeFlags(["-enable-testing"])]),
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "MicroBenchmarks",
      dependencies: [
        "Measuring", "EngineInternals", "CAllocationCounter", workflowJournal,
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: features),
  ],
  swiftLanguageModes: [.v6]
)
