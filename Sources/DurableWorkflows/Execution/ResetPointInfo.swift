/// Where a build's part of a run's history begins: Temporal's `ResetPointInfo`.
public struct ResetPointInfo: Hashable, Sendable {
  /// The build: ``WorkflowEngineOptions/buildID``.
  public var buildID: String
  /// The `WorkflowTaskCompleted` event of the first workflow task that the build has completed.
  public var firstWorkflowTaskCompletedID: Int64
  /// When that was.
  public var createTime: Timestamp

  /// Creates an info.
  public init(buildID: String, firstWorkflowTaskCompletedID: Int64, createTime: Timestamp) {
    self.buildID = buildID
    self.firstWorkflowTaskCompletedID = firstWorkflowTaskCompletedID
    self.createTime = createTime
  }
}

extension [ResetPointInfo] {
  /// The most points that a run keeps; the oldest are dropped.
  static let most = 20

  /// Whether the build has a point. The last one is usually it.
  func knows(_ buildID: String) -> Bool {
    last?.buildID == buildID || contains { $0.buildID == buildID }
  }

  mutating func note(_ point: ResetPointInfo) {
    append(point)
    if count > Self.most { removeFirst() }
  }

  /// The event to which a run is reset so that everything is undone that it has done with a build or later.
  /// - Throws: ``WorkflowServiceError`` with `invalidArgument` that names the builds there are.
  func eventID(ofBuild buildID: String) throws -> Int64 {
    if let point = first(where: { $0.buildID == buildID }) { return point.firstWorkflowTaskCompletedID }
    let known = map { "'\($0.buildID)'" }.joined(separator: ", ")
    throw WorkflowServiceError(
      .invalidArgument,
      "the run cannot be reset to build '\(buildID)': "
        + (isEmpty ? "no build of it is known" : "no workflow task of it is that build's; it has those of \(known)"))
  }
}
