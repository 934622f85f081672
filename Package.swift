// swift-tools-version: 6.2
import PackageDescription

let upcoming: [SwiftSetting] = [
  "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
  "InferIsolatedConformances", "ImmutableWeakCaptures",
].map { .enableUpcomingFeature($0) }

let package = Package(
  name: "swift-durable-workflows",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "WorkflowJournal", targets: ["WorkflowJournal"]),
    .library(name: "DurableWorkflows", targets: ["DurableWorkflows"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "WorkflowJournal", swiftSettings: upcoming),
    .target(
      name: "DurableWorkflows",
      dependencies: [
        "WorkflowJournal",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "HeapModule", package: "swift-collections"),
      ], exclude: ["Authoring/Macros.swift"], swiftSettings: upcoming),
    .testTarget(
      name: "DurableWorkflowsTests", dependencies: ["DurableWorkflows"], swiftSettings: upcoming),
  ],
  swiftLanguageModes: [.v6]
)
