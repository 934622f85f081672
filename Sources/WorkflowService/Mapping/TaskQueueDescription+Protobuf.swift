internal import DurableWorkflows
internal import FoundationEssentials
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Temporal_Api_Taskqueue_V1_TaskQueueStats {
  init(_ statistics: TaskQueueDescription.Statistics) {
    self.init()
    approximateBacklogCount = Int64(statistics.backlogCount)
    approximateBacklogAge = .init(statistics.backlogAge)
  }

  func value() throws -> TaskQueueDescription.Statistics {
    TaskQueueDescription.Statistics(
      backlogCount: Int(clamping: approximateBacklogCount),
      backlogAge: try approximateBacklogAge.duration("approximate_backlog_age"))
  }
}

extension Wire.DescribeTaskQueueResponse {
  /// - Parameters:
  ///   - types: the types that are asked for, in the newer form of the request.
  ///   - now: when the pollers were seen: they never leave.
  init(
    _ description: TaskQueueDescription, to request: Wire.DescribeTaskQueueRequest, now: Date
  ) {
    self.init()
    let pollers = description.pollers.map { identity in
      Temporal_Api_Taskqueue_V1_PollerInfo.with {
        $0.identity = identity
        $0.lastAccessTime = .init(date: now)
        $0.ratePerSecond = description.activitiesPerSecond ?? 100_000  // Temporal's "no limit"
      }
    }
    func statistics(_ type: Temporal_Api_Enums_V1_TaskQueueType) -> Temporal_Api_Taskqueue_V1_TaskQueueStats {
      .init(type == .activity ? description.activities : description.workflows)
    }
    self.pollers = pollers
    stats = statistics(request.taskQueueType)
    taskQueueStatus = .with {
      $0.backlogCountHint = stats.approximateBacklogCount
      $0.taskIDBlock = .init()  // read unchecked by the command line tool
    }
    guard request.apiMode == .enhanced else { return }
    let asked = request.taskQueueTypes.filter { $0 != .unspecified }
    versionsInfo[""] = .with {
      for type in asked.isEmpty ? [.workflow, .activity] : asked {
        $0.typesInfo[Int32(type.rawValue)] = .with {
          if request.reportPollers { $0.pollers = pollers }
          if request.reportStats { $0.stats = statistics(type) }
        }
      }
      if request.reportTaskReachability { $0.taskReachability = .reachable }
    }
  }
}

extension TaskQueueDescription {
  init(_ response: Wire.DescribeTaskQueueResponse, named name: String) throws {
    self.init(name: name)
    let types = response.versionsInfo[""]?.typesInfo ?? [:]
    func type(_ type: Temporal_Api_Enums_V1_TaskQueueType) -> Temporal_Api_Taskqueue_V1_TaskQueueTypeInfo? {
      types[Int32(type.rawValue)]
    }
    let seen = (type(.activity)?.pollers ?? []) + (type(.workflow)?.pollers ?? []) + response.pollers
    for poller in seen where !pollers.contains(poller.identity) { pollers.append(poller.identity) }
    workflows = try type(.workflow)?.stats.value() ?? .init()
    activities = try type(.activity)?.stats.value() ?? .init()
    if let rate = seen.first?.ratePerSecond, rate > 0, rate < 100_000 { activitiesPerSecond = rate }
  }
}
