internal import DurableWorkflows
internal import GRPCCore
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension FrontendService {
  /// The most events in a page when the request does not limit it.
  private static let largestPage = 1000

  func getWorkflowExecutionHistory(
    request: Wire.HistoryRequest, context: ServerContext
  ) async throws -> Wire.HistoryResponse {
    try await answer(namespace: request.namespace) {
      let history = try historyRequest(request)
      return try await whileWanted { try await page(history) }
    }
  }

  private func historyRequest(_ request: Wire.HistoryRequest) throws -> GetWorkflowExecutionHistoryRequest {
    var history = GetWorkflowExecutionHistoryRequest(
      namespace: request.namespace, execution: try validate.execution(request.execution, "execution"))
    history.maximumPageSize = try validate.pageSize(request.maximumPageSize, "maximum_page_size")
    history.nextPageToken = Array(request.nextPageToken)
    history.waitNewEvent = request.waitNewEvent
    history.longPollTimeout = configuration.longPollTimeout
    history.filter =
      switch request.historyEventFilterType {
      case .unspecified, .allEvent: .allEvents
      case .closeEvent: .closeEvent
      case .UNRECOGNIZED(let number):
        throw MappingError("history_event_filter_type", "is \(number), which is no known filter")
      }
    return history
  }

  /// A page whose size in bytes is within the limit: one that is too large is read again with half the events.
  private func page(_ request: GetWorkflowExecutionHistoryRequest) async throws -> Wire.HistoryResponse {
    var request = request
    while true {
      let page = try await frontend.getWorkflowExecutionHistory(request)
      var response = Wire.HistoryResponse()
      response.history = .init()
      switch request.filter {
      case .allEvents:
        response.history.events = try wire(page.events, request.namespace)
        if page.events.count > 1, try response.isLarger(than: configuration.limits.historyPageSize) {
          request.maximumPageSize = page.events.count / 2
          continue
        }
      case .closeEvent:
        // Exactly the closing event; a caller that does not wait gets no token, or it would ask for ever.
        response.history.events = try wire(page.events.filter(\.attributes.isClosing), request.namespace)
        if !request.waitNewEvent { return response }
      }
      // Nothing follows the closing event: a token would make the client wait for more.
      let isAtEnd = page.events.last?.attributes.isClosing ?? false
      if !isAtEnd { response.nextPageToken = .init(page.nextPageToken) }
      return response
    }
  }

  private func wire(_ events: [HistoryEvent], _ namespace: String) throws -> [Wire.HistoryEvent] {
    try events.map { try Wire.HistoryEvent($0, namespace: namespace) }
  }

  func getWorkflowExecutionHistoryReverse(
    request: Wire.ReverseHistoryRequest, context: ServerContext
  ) async throws -> Wire.ReverseHistoryResponse {
    try await answer(namespace: request.namespace) {
      let execution = try validate.execution(request.execution, "execution")
      let size = try validate.pageSize(request.maximumPageSize, "maximum_page_size")
      let token = try ReverseHistoryToken(Array(request.nextPageToken))
      return try await whileWanted {
        try await reversePage(
          namespace: request.namespace, execution: execution, token: token,
          size: size == 0 ? Self.largestPage : min(size, Self.largestPage))
      }
    }
  }

  /// Reads the run forward and keeps the last events up to the token's.
  private func reversePage(
    namespace: String, execution: WorkflowExecution, token: ReverseHistoryToken?, size: Int
  ) async throws -> Wire.ReverseHistoryResponse {
    var execution = execution
    if let token { execution.runID = token.runID }
    var request = GetWorkflowExecutionHistoryRequest(namespace: namespace, execution: execution)
    let last = token?.lastEventID ?? .max
    var kept: [HistoryEvent] = []
    repeat {
      let page = try await frontend.getWorkflowExecutionHistory(request)
      request.execution.runID = page.runID
      kept.append(contentsOf: page.events.prefix { $0.id <= last })
      kept.removeFirst(max(0, kept.count - size))
      let isPast = page.events.last.map { $0.id >= last } ?? false
      request.nextPageToken = isPast ? [] : page.nextPageToken
    } while !request.nextPageToken.isEmpty

    var response = Wire.ReverseHistoryResponse()
    response.history = .init()
    response.history.events = try wire(kept.reversed(), namespace)
    while response.history.events.count > 1, try response.isLarger(than: configuration.limits.historyPageSize) {
      response.history.events.removeLast(response.history.events.count / 2)
    }
    if let lowest = response.history.events.last?.eventID, lowest > 1 {
      let next = ReverseHistoryToken(runID: request.execution.runID, lastEventID: lowest - 1)
      response.nextPageToken = .init(next.bytes)
    }
    return response
  }
}

extension Message {
  fileprivate func isLarger(than limit: Int) throws -> Bool {
    let bytes: [UInt8] = try serializedBytes()
    return bytes.count > limit
  }
}
