internal import DurableWorkflows
internal import FoundationEssentials
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  /// The version of Temporal's server whose API this is a part of. Temporal's Web UI shows its features by it.
  static let apiVersion = "1.29.0"

  /// Announces only what the engine does; clients leave the rest alone.
  ///
  /// The capabilities must be present even if all were false: the command line tool reads them unchecked.
  func getSystemInfo(
    request: Wire.SystemInfoRequest, context: ServerContext
  ) async throws -> Wire.SystemInfoResponse {
    .with {
      $0.serverVersion = Self.apiVersion
      $0.capabilities = .with {
        $0.signalAndQueryHeader = true
        $0.internalErrorDifferentiation = true
        $0.activityFailureIncludeHeartbeat = true
        $0.supportsSchedules = true
        $0.upsertMemo = true
        $0.countGroupByExecutionStatus = true
      }
    }
  }

  func getClusterInfo(
    request: Wire.ClusterInfoRequest, context: ServerContext
  ) async throws -> Wire.ClusterInfoResponse {
    try await answer(namespace: configuration.namespace) {
      let info = try await frontend.getSystemInfo()
      return .with {
        $0.serverVersion = Self.apiVersion
        $0.clusterID = info.clusterID
        $0.clusterName = "swift-durable-workflows-\(info.serverVersion)"
        $0.historyShardCount = 1
        $0.persistenceStore = "journal"
        $0.visibilityStore = "memory"
        $0.initialFailoverVersion = 1
        $0.failoverVersionIncrement = 10
        $0.supportedClients = ["temporal-cli": "<2.0.0", "temporal-ui": "<3.0.0"]
      }
    }
  }

  func describeNamespace(
    request: Wire.DescribeNamespaceRequest, context: ServerContext
  ) async throws -> Wire.DescribeNamespaceResponse {
    let name = request.namespace.isEmpty && !request.id.isEmpty ? configuration.namespace : request.namespace
    return try await answer(namespace: name) {
      let all = try await request.namespace.isEmpty && !request.id.isEmpty ? namespaces : []
      let known = all.first { $0.id == request.id }
      let namespace = if let known { known } else { try await frontend.describeNamespace(name) }
      guard request.id.isEmpty || request.id == namespace.id else {
        throw WorkflowServiceError(.namespaceNotFound, "Namespace \(request.id) is not found.")
      }
      return describe(namespace)
    }
  }

  func listNamespaces(
    request: Wire.ListNamespacesRequest, context: ServerContext
  ) async throws -> Wire.ListNamespacesResponse {
    try await answer(namespace: configuration.namespace) {
      let all = try await namespaces
      return .with { $0.namespaces = all.map(describe) }
    }
  }

  /// All of them; of a frontend that does not list them, the one that is configured.
  private var namespaces: [NamespaceDescription] {
    get async throws {
      do {
        return try await frontend.listNamespaces()
      } catch let error as WorkflowServiceError where error.code == .unimplemented {
        return [try await frontend.describeNamespace(configuration.namespace)]
      }
    }
  }

  private func describe(_ namespace: NamespaceDescription) -> Wire.DescribeNamespaceResponse {
    .with {
      $0.namespaceInfo = .with {
        $0.name = namespace.name
        $0.id = namespace.id
        $0.state = .registered
        $0.description_p = namespace.description
        $0.capabilities = .with {
          $0.syncUpdate = true
          $0.asyncUpdate = true
          $0.workflowPause = true
        }
        $0.limits = .with {
          $0.blobSizeLimitError = Int64(configuration.limits.blobSize)
          $0.memoSizeLimitError = Int64(configuration.limits.memoSize)
        }
      }
      $0.config = .with {
        $0.workflowExecutionRetentionTtl = .init(timeout: namespace.retention)
        $0.historyArchivalState = .disabled
        $0.visibilityArchivalState = .disabled
      }
      $0.replicationConfig = .with {
        $0.activeClusterName = "active"
        $0.clusters = [.with { $0.clusterName = "active" }]
      }
    }
  }

  /// The web UI asks a run for its queries only if its queue has a poller.
  func describeTaskQueue(
    request: Wire.DescribeTaskQueueRequest, context: ServerContext
  ) async throws -> Wire.DescribeTaskQueueResponse {
    try await answer(namespace: request.namespace) {
      let name = try validate.name(request.taskQueue.name, "task_queue.name")
      let description = try await frontend.describeTaskQueue(
        DescribeTaskQueueRequest(namespace: request.namespace, taskQueue: name))
      return Wire.DescribeTaskQueueResponse(description, to: request, now: Date())
    }
  }
}
