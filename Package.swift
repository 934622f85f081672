// swift-tools-version: 6.2
import CompilerPluginSupport
import Foundation
import PackageDescription

// Upcoming features, each asserted with `hasFeature` in Sources/DurableWorkflows/Authoring/CompilerFeatures.swift,
// because the compiler ignores a misspelt flag without a word.
//   ExistentialAny                  SE-0335
//   InternalImportsByDefault        SE-0409
//   MemberImportVisibility          SE-0444
//   NonisolatedNonsendingByDefault  SE-0461
//   InferIsolatedConformances       SE-0470
//   ImmutableWeakCaptures           SE-0481
let features = [
  "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
  "InferIsolatedConformances", "ImmutableWeakCaptures",
]

// `Tests/run --engine` sets this: the engine and its tests alone, without what only the front door, the console and the
// examples need. SwiftPM builds every test target of a package before it runs one.
let isEngineOnly = ProcessInfo.processInfo.environment["WORKFLOWS_ENGINE_ONLY"] == "1"
let engineTargets: Set = [
  "CCRC32C", "WorkflowJournal", "DurableWorkflowsMacros", "DurableWorkflows", "WorkflowTesting", "WorkflowJournalTool",
  "WorkflowJournalMain",
  "WorkflowJournalTests", "DurableWorkflowsTests", "WorkflowTestingTests", "QuickstartTests", "Reliability",
  "reliability", "GoldenJournals",
]

// `Tests/reliability` sets this: what the test plan's executable needs. Its workflows do without macros, so that
// swift-syntax, which takes longer than all the rest, is not built.
let isRowsOnly = ProcessInfo.processInfo.environment["WORKFLOWS_ROWS_ONLY"] == "1"
let rowTargets: Set = [
  "CCRC32C", "WorkflowJournal", "DurableWorkflows", "WorkflowTesting", "GoldenJournals", "Reliability", "reliability",
]

// CI builds our own targets with warnings as errors.
let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
let settings: [SwiftSetting] =
  features.map { .enableUpcomingFeature($0) } + (isCI ? [.treatAllWarnings(as: .error)] : [])

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let inMemoryTracing = Target.Dependency.product(name: "InMemoryTracing", package: "swift-distributed-tracing")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport = Target.Dependency.product(
  name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

func syntax(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-syntax") }

let package = Package(
  name: "swift-durable-workflows",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "DurableWorkflows", targets: ["DurableWorkflows"]),
    .library(name: "WorkflowJournal", targets: ["WorkflowJournal"]),
    .library(name: "WorkflowTesting", targets: ["WorkflowTesting"]),
    .library(name: "WorkflowTracing", targets: ["WorkflowTracing"]),
    .library(name: "WorkflowLifecycle", targets: ["WorkflowLifecycle"]),
    .library(name: "WorkflowCodecs", targets: ["WorkflowCodecs"]),
    .library(name: "WorkflowService", targets: ["WorkflowService"]),
    .library(name: "WorkflowConsole", targets: ["WorkflowConsole"]),
    .library(name: "ODBC", targets: ["ODBC"]),
    .library(name: "CPG1", targets: ["CPG1"]),
    .executable(name: "workflow-journal", targets: ["WorkflowJournalMain"]),
    .executable(name: "reliability", targets: ["Reliability"]),
    .executable(name: "quickstart", targets: ["Quickstart"]),
    .executable(name: "cpg1-worker", targets: ["CPG1Worker"]),
    .executable(name: "cpg1-starter", targets: ["CPG1Starter"]),
    .executable(name: "cpg1-tool", targets: ["CPG1Tool"]),
    .library(name: "PixClaims", targets: ["PixClaims"]),
    .executable(name: "pix-claims-worker", targets: ["PixClaimsWorker"]),
    .executable(name: "pix-claims-starter", targets: ["PixClaimsStarter"]),
    .library(name: "Tenants", targets: ["Tenants"]),
    .executable(name: "tenants-worker", targets: ["TenantsWorker"]),
    .executable(name: "tenants-starter", targets: ["TenantsStarter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1"),
  ],
  targets: [
    // The engine.
    .target(name: "CCRC32C"),
    .target(name: "WorkflowJournal", dependencies: ["CCRC32C", crypto], swiftSettings: settings),
    .macro(
      name: "DurableWorkflowsMacros",
      dependencies: [
        syntax("SwiftSyntaxMacros"), syntax("SwiftCompilerPlugin"), syntax("SwiftSyntax"),
        syntax("SwiftSyntaxBuilder"), syntax("SwiftDiagnostics"),
      ],
      swiftSettings: settings),
    .target(
      name: "DurableWorkflows",
      dependencies: ["WorkflowJournal", logging, metrics, heap] + (isRowsOnly ? [] : ["DurableWorkflowsMacros"]),
      exclude: isRowsOnly ? ["Authoring/Macros.swift"] : [], swiftSettings: settings),
    .target(
      name: "WorkflowTesting", dependencies: ["DurableWorkflows", "WorkflowJournal", logging],
      swiftSettings: settings),
    .target(name: "WorkflowLifecycle", dependencies: ["DurableWorkflows", lifecycle], swiftSettings: settings),
    .target(
      name: "WorkflowJournalTool", dependencies: ["WorkflowJournal", argumentParser], swiftSettings: settings),
    .executableTarget(
      name: "WorkflowJournalMain", dependencies: ["WorkflowJournalTool", argumentParser], swiftSettings: settings),

    // Codecs of payloads, apart from the engine, which does not link zlib. Swift's own tools need it on every Linux.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "WorkflowCodecs", dependencies: ["DurableWorkflows", "CZlib", crypto], swiftSettings: settings),
    .testTarget(
      name: "WorkflowCodecsTests",
      dependencies: ["WorkflowCodecs", "DurableWorkflows", "WorkflowJournal", "WorkflowTesting"],
      swiftSettings: settings),

    // Tracing, apart from the engine, which does not link it.
    .target(name: "WorkflowTracing", dependencies: ["DurableWorkflows", tracing], swiftSettings: settings),
    .testTarget(
      name: "WorkflowTracingTests",
      dependencies: ["WorkflowTracing", "DurableWorkflows", "WorkflowTesting", tracing, inMemoryTracing],
      swiftSettings: settings),

    // The front door.
    .target(
      name: "WorkflowServiceProtos", dependencies: [grpcCore, grpcProtobuf, protobuf],
      exclude: ["Protos", "regenerate.sh"], swiftSettings: settings),
    .target(
      name: "WorkflowService",
      dependencies: [
        "DurableWorkflows", "WorkflowServiceProtos", grpcCore, grpcProtobuf, grpcTransport, protobuf, lifecycle, logging,
      ],
      swiftSettings: settings),

    // Probes and metrics over HTTP.
    .target(
      name: "WorkflowConsole", dependencies: ["DurableWorkflows", coreMetrics, hummingbird, lifecycle, logging, nio],
      swiftSettings: settings),

    // The SOX control C-PG-1.
    .systemLibrary(name: "CUnixODBC", pkgConfig: "odbc", providers: [.apt(["unixodbc-dev"])]),
    .target(name: "ODBC", dependencies: ["CUnixODBC"], swiftSettings: settings),
    .systemLibrary(name: "CLibZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .target(
      name: "CPG1", dependencies: ["DurableWorkflows", "ODBC", "CLibZip", crypto, logging],
      resources: [.embedInCode("Resources/Catalog")], swiftSettings: settings),

    // Examples.
    .executableTarget(
      name: "Quickstart", dependencies: ["DurableWorkflows"], path: "Examples/Quickstart", swiftSettings: settings),
    // Its Greeting.swift is a link to the example's: no dependency on an executable is built in time for its import.
    .testTarget(
      name: "QuickstartTests", dependencies: ["DurableWorkflows", "WorkflowTesting"], swiftSettings: settings),
    .target(
      name: "ExampleSupport", dependencies: ["DurableWorkflows", "ODBC", logging], path: "Examples/Support",
      swiftSettings: settings),
    // What the examples' workers and starters have in common.
    .target(
      name: "ProgramSupport",
      dependencies: [
        "ExampleSupport", "ODBC", "DurableWorkflows", "WorkflowConsole", "WorkflowJournal", "WorkflowService",
        argumentParser, logging,
      ],
      path: "Examples/ProgramSupport", swiftSettings: settings),
    .executableTarget(
      name: "CPG1Worker",
      dependencies: ["CPG1", "ExampleSupport", "ODBC", "DurableWorkflows", "ProgramSupport", argumentParser, logging],
      path: "Examples/CPG1Worker", swiftSettings: settings),
    .executableTarget(
      name: "CPG1Starter", dependencies: ["CPG1", "DurableWorkflows", "WorkflowService", argumentParser],
      path: "Examples/CPG1Starter", swiftSettings: settings),
    .executableTarget(
      name: "CPG1Tool", dependencies: ["CPG1", "ODBC", "DurableWorkflows", "WorkflowService", argumentParser],
      path: "Examples/CPG1Tool", swiftSettings: settings),

    // PIX claims.
    .target(
      name: "PixClaims", dependencies: ["DurableWorkflows", "ExampleSupport", "ODBC", logging, metrics],
      path: "Examples/PixClaims", swiftSettings: settings),
    .executableTarget(
      name: "PixClaimsWorker",
      dependencies: [
        "PixClaims", "ExampleSupport", "DurableWorkflows", "ProgramSupport", "WorkflowConsole", argumentParser, logging,
        metrics,
      ],
      path: "Examples/PixClaimsWorker", exclude: ["alerts.yml"], swiftSettings: settings),
    .executableTarget(
      name: "PixClaimsStarter",
      dependencies: [
        "PixClaims", "DurableWorkflows", "ExampleSupport", "ProgramSupport", "WorkflowService", argumentParser,
      ],
      path: "Examples/PixClaimsStarter", swiftSettings: settings),
    // Tenants.
    .target(
      name: "Tenants", dependencies: ["DurableWorkflows", "ExampleSupport", "ODBC", "WorkflowCodecs", crypto, logging],
      path: "Examples/Tenants", swiftSettings: settings),
    .executableTarget(
      name: "TenantsWorker",
      dependencies: [
        "Tenants", "ExampleSupport", "DurableWorkflows", "ProgramSupport", "WorkflowConsole", argumentParser, logging,
        metrics,
      ],
      path: "Examples/TenantsWorker", swiftSettings: settings),
    .executableTarget(
      name: "TenantsStarter",
      dependencies: [
        "Tenants", "DurableWorkflows", "ExampleSupport", "ProgramSupport", "WorkflowService", argumentParser,
      ],
      path: "Examples/TenantsStarter", swiftSettings: settings),
    .testTarget(
      name: "TenantsTests",
      dependencies: [
        "Tenants", "ExampleSupport", "ODBC", "DurableWorkflows", "WorkflowCodecs", "WorkflowTesting", "TestSupport",
        logging,
      ],
      exclude: ["kill-worker.sh"], swiftSettings: settings),
    .testTarget(
      name: "WorkflowConsoleTests", dependencies: ["WorkflowConsole", "DurableWorkflows", coreMetrics, metrics, logging],
      swiftSettings: settings),
    .testTarget(
      name: "PixClaimsTests",
      dependencies: [
        "PixClaims", "ExampleSupport", "ODBC", "DurableWorkflows", "WorkflowJournal", "WorkflowTesting", "TestSupport",
        logging,
      ],
      exclude: ["kill-worker.sh"], swiftSettings: settings),

    // Tests.
    .testTarget(
      name: "WorkflowJournalTests", dependencies: ["WorkflowJournal", "WorkflowJournalTool", argumentParser],
      swiftSettings: settings),
    .testTarget(
      name: "DurableWorkflowsMacrosTests",
      dependencies: [
        "DurableWorkflowsMacros", syntax("SwiftSyntaxMacrosGenericTestSupport"), syntax("SwiftSyntaxMacroExpansion"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DurableWorkflowsTests",
      dependencies: [
        "DurableWorkflows", "WorkflowJournal", "WorkflowTesting", "GoldenJournals", metrics, metricsTestKit,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "WorkflowTestingTests", dependencies: ["WorkflowTesting", "DurableWorkflows", "WorkflowJournal"],
      swiftSettings: settings),
    .testTarget(
      name: "WorkflowServiceTests",
      dependencies: [
        "WorkflowService", "WorkflowServiceProtos", "DurableWorkflows", "WorkflowJournal", "WorkflowTesting", grpcCore,
        grpcTransport, grpcProtobuf, protobuf,
      ],
      exclude: ["install-clients.sh", "Export/equivalents.py"], swiftSettings: settings),
    // The test plan: rows that are run by count rather than as tests, `Tests/reliability`.
    .executableTarget(
      name: "Reliability",
      dependencies: [
        "WorkflowJournal", "DurableWorkflows", "WorkflowTesting", "GoldenJournals", argumentParser, logging,
      ],
      path: "Tests/Reliability",
      exclude: ["Mutants", "document", "mutants.json", "reliability.json", "reliability-tenfold.json"],
      swiftSettings: settings),
    .target(
      name: "GoldenJournals", dependencies: ["WorkflowJournal", "DurableWorkflows", "WorkflowTesting", crypto],
      path: "Tests/GoldenJournals", swiftSettings: settings),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "ODBCTests", dependencies: ["ODBC", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CPG1Tests", dependencies: ["CPG1", "ODBC", "DurableWorkflows", "WorkflowTesting", "TestSupport", logging],
      exclude: ["kill-worker.sh"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)

for (isOnly, targets) in [(isEngineOnly, engineTargets), (isRowsOnly, rowTargets)] where isOnly {
  package.targets.removeAll { !targets.contains($0.name) }
  package.products.removeAll { !targets.contains($0.name) }
}

// `Tests/sanitize thread` sets this, for a copy of the sources that imports this module instead of Synchronization:
// ThreadSanitizer cannot see into the slow path of the library's `Mutex`, and reports what it protects.
if ProcessInfo.processInfo.environment["WORKFLOWS_THREAD_SANITIZING"] == "1" {
  for target in package.targets where target.type != .macro && target.name != "CCRC32C" {
    target.dependencies.append("ThreadSanitizing")
  }
  package.targets.append(
    .target(name: "ThreadSanitizing", path: "Tests/ThreadSanitizing", swiftSettings: settings))
}
