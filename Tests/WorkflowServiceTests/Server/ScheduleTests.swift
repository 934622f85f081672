import DurableWorkflows
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("Schedules over gRPC", .timeLimit(.minutes(1)))
struct ScheduleTests {
  private func creation(_ change: (inout Wire.CreateScheduleRequest) -> Void) -> Wire.CreateScheduleRequest {
    var request = Wire.CreateScheduleRequest.with {
      $0.namespace = "default"
      $0.scheduleID = "s"
      $0.schedule.action.startWorkflow = .with {
        $0.workflowID = "w"
        $0.workflowType.name = "T"
        $0.taskQueue.name = "q"
      }
    }
    change(&request)
    return request
  }

  @Test("What is not set has Temporal's defaults")
  func defaults() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { [creation] service in
      _ = try await service.createSchedule(creation { $0.schedule.spec.structuredCalendar = [.with { $0.hour = [.init()] }] })
    }
    guard case .createSchedule(let request) = frontend.requests.first else {
      Issue.record("no schedule arrived")
      return
    }
    #expect(request.schedule.policy == SchedulePolicy(overlap: .skip, catchupWindow: .days(365), pauseOnFailure: false))
    #expect(request.schedule.state == ScheduleState())
    #expect(request.schedule.spec.calendars.map(\.hour) == [[0]])
  }

  @Test("Calendars of texts become calendars of ranges")
  func textCalendars() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { [creation] service in
      _ = try await service.createSchedule(
        creation {
          $0.schedule.spec.calendar = [
            .with {
              $0.hour = "2-5/2,9"
              $0.dayOfWeek = "MON"
              $0.year = "2027"
              $0.comment = "odd"
            }
          ]
          $0.schedule.spec.excludeCalendar = [.with { $0.month = "DEC" }]
        })
    }
    guard case .createSchedule(let request) = frontend.requests.first else {
      Issue.record("no schedule arrived")
      return
    }
    let calendar = try #require(request.schedule.spec.calendars.first)
    #expect(calendar.hour == [ScheduleRange(2, through: 5, step: 2), 9])
    #expect(calendar.dayOfWeek == [1])
    #expect(calendar.year == [2027])
    #expect(calendar.second == [0])
    #expect(calendar.comment == "odd")
    #expect(request.schedule.spec.skip.map(\.month) == [[12]])
  }

  @Test("Bad schedules are refused with the field's name")
  func badSchedules() async throws {
    let cases: [(RPCError.Code, String, Wire.CreateScheduleRequest)] = [
      (.invalidArgument, "schedule_id", creation { $0.scheduleID = "" }),
      (.invalidArgument, "schedule.action.start_workflow", creation { $0.schedule.clearAction() }),
      (
        .invalidArgument, "schedule.action.start_workflow.cron_schedule",
        creation { $0.schedule.action.startWorkflow.cronSchedule = "@daily" }
      ),
      (
        .invalidArgument, "schedule.policies.overlap_policy",
        creation { $0.schedule.policies.overlapPolicy = .UNRECOGNIZED(77) }
      ),
      (
        .invalidArgument, "schedule.policies.catchup_window",
        creation { $0.schedule.policies.catchupWindow = .init(seconds: -1, nanos: 0) }
      ),
      (.unimplemented, "schedule.policies.keep_original", creation { $0.schedule.policies.keepOriginalWorkflowID = true }),
      (.unimplemented, "schedule.spec.timezone_data", creation { $0.schedule.spec.timezoneData = .init([1]) }),
      (
        .invalidArgument, "schedule.spec.calendar[0].hour",
        creation { $0.schedule.spec.calendar = [.with { $0.hour = "1, 2" }] }
      ),
      (
        .invalidArgument, "Invalid schedule spec: schedule.spec.calendar[0]",
        creation { $0.schedule.spec.calendar = [.with { $0.hour = "99" }] }
      ),
    ]
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      for (code, text, message) in cases {
        let error = await #expect(throws: RPCError.self) { _ = try await service.createSchedule(message) }
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(text) == true, "\(error?.message ?? "")")
      }
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.updateSchedule(
          .with {
            $0.namespace = "default"
            $0.scheduleID = "s"
            $0.memo = .init()
          })
      }
      #expect(error?.code == .unimplemented)
    }
    #expect(frontend.requests.isEmpty)
  }

  @Test("A taken id has the detail by which the Python SDK knows it")
  func duplicate() async throws {
    let frontend = ScriptedFrontend {
      $0.createSchedule = { _ in throw WorkflowServiceError(.alreadyStarted, #"schedule "s" is already registered"#) }
    }
    try await withStub(of: frontend) { [creation] service in
      let error = await #expect(throws: RPCError.self) { _ = try await service.createSchedule(creation { _ in }) }
      #expect(error?.code == .alreadyExists)
      let detail = try error?.unpackGoogleRPCStatus()?.detail(Wire.AlreadyStarted.self)
      #expect(detail == Wire.AlreadyStarted())
    }
  }
}
