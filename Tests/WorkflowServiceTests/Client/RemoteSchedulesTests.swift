import DurableWorkflows
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("Schedules between the remote frontend and the service", .timeLimit(.minutes(1)))
struct RemoteSchedulesTests {
  @Test("Every request arrives as it was made")
  func requests() async throws {
    var create = CreateScheduleRequest(scheduleID: "s", schedule: Sample.schedule)
    create.initialPatch = Sample.schedulePatch
    create.identity = "me"
    create.requestID = "request-1"
    create.memo = ["m": Sample.payload]
    create.searchAttributes = ["s": Sample.payload]
    var update = UpdateScheduleRequest(scheduleID: "s", schedule: Sample.schedule)
    update.conflictToken = [0, 1, 255]
    update.identity = "me"
    update.requestID = "request-2"
    update.searchAttributes = [:]
    var patch = PatchScheduleRequest(scheduleID: "s", patch: Sample.schedulePatch)
    patch.identity = "me"
    patch.requestID = "request-3"
    let describe = DescribeScheduleRequest(scheduleID: "s")
    let times = ListScheduleMatchingTimesRequest(
      scheduleID: "s", startTime: Sample.time, endTime: Sample.time + .hours(1))
    let delete = DeleteScheduleRequest(scheduleID: "s", identity: "me")
    let list = ListSchedulesRequest(pageSize: 3, nextPageToken: [7], query: "TemporalSchedulePaused = true")
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { [create, update, patch] remote in
      _ = try await remote.createSchedule(create)
      _ = try await remote.describeSchedule(describe)
      try await remote.updateSchedule(update)
      try await remote.patchSchedule(patch)
      _ = try await remote.listScheduleMatchingTimes(times)
      try await remote.deleteSchedule(delete)
      _ = try await remote.listSchedules(list)
      _ = try await remote.countSchedules(namespace: "default", query: "q")
    }
    #expect(
      frontend.requests == [
        .createSchedule(create), .describeSchedule(describe), .updateSchedule(update), .patchSchedule(patch),
        .matchingTimes(times), .deleteSchedule(delete), .listSchedules(list), .countSchedules("q"),
      ])
  }

  @Test("Every answer arrives as it was given")
  func answers() async throws {
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      let created = try await remote.createSchedule(CreateScheduleRequest(scheduleID: "s", schedule: Sample.schedule))
      #expect(created == CreateScheduleResponse(conflictToken: [1, 2]))
      let description = try await remote.describeSchedule(DescribeScheduleRequest(scheduleID: "s"))
      #expect(description == Sample.scheduleDescription)
      let times = try await remote.listScheduleMatchingTimes(
        ListScheduleMatchingTimesRequest(scheduleID: "s", startTime: Sample.time, endTime: Sample.time))
      #expect(times == [Sample.time])
      let list = try await remote.listSchedules(ListSchedulesRequest())
      #expect(list == ListSchedulesResponse(schedules: [Sample.scheduleEntry], nextPageToken: [9]))
      let count = try await remote.countSchedules(namespace: "default", query: "")
      #expect(count == 4)
    }
  }

  @Test("A patch's empty note is not lost on the way: the wire has none")
  func emptyNotes() async throws {
    let frontend = ScriptedFrontend()
    try await withRemote(of: frontend) { remote in
      try await remote.patchSchedule(PatchScheduleRequest(scheduleID: "s", patch: SchedulePatch(pause: "")))
    }
    guard case .patchSchedule(let request) = frontend.requests.first else {
      Issue.record("no patch arrived")
      return
    }
    #expect(request.patch.pause == "Paused")
    #expect(request.patch.unpause == nil)
  }
}
