package import GRPCCore
internal import SwiftProtobuf
package import WorkflowServiceProtos

/// The standard health check; `temporal operator cluster health` and load balancers call it.
package struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
  private let services: Set<String>
  private let isServing: @Sendable () async -> Bool

  /// Creates the service.
  ///
  /// - Parameters:
  ///   - services: full names of the services that share the server's status.
  ///   - isServing: whether requests are taken now.
  package init(services: [String], isServing: @escaping @Sendable () async -> Bool) {
    self.services = Set(services)
    self.isServing = isServing
  }

  package func check(
    request: Grpc_Health_V1_HealthCheckRequest,
    context: ServerContext
  ) async throws -> Grpc_Health_V1_HealthCheckResponse {
    guard request.service.isEmpty || services.contains(request.service) else {
      throw RPCError(code: .notFound, message: "The service \(request.service) is not offered here.")
    }
    let serving = await isServing()
    return .with { $0.status = serving ? .serving : .notServing }
  }

  /// Not offered: `Check` is what the supported clients call.
  package func watch(
    request: Grpc_Health_V1_HealthCheckRequest,
    response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    throw RPCError(code: .unimplemented, message: "Watch is not offered; call Check.")
  }
}
