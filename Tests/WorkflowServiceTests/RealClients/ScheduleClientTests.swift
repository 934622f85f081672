import DurableWorkflows
import Testing
import WorkflowService

/// Schedules through the unmodified `temporalio` package and command line tool.
@Suite("Schedules with Temporal's real clients", .serialized, .timeLimit(.minutes(3)))
struct ScheduleClientTests {
  private func serve(_ body: @Sendable (Int) async throws -> Void) async throws {
    try await withEngine { engine in
      try await withServer(of: engine) { port in try await body(port) }
    }
  }

  @Test("Python: create, describe, trigger, pause, update, backfill, list, delete")
  func python() async throws {
    let script = """
      import asyncio, os, sys, traceback
      from datetime import datetime, timedelta, timezone
      from temporalio.client import *
      from temporalio.service import RPCError, RPCStatusCode

      async def main():
          client = await Client.connect(sys.argv[1])
          schedule = Schedule(
              action=ScheduleActionStartWorkflow("Echo", "hello", id="echo", task_queue="q",
                  execution_timeout=timedelta(hours=1), memo={"note": 7}),
              spec=ScheduleSpec(
                  calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(2, 5, 2)], comment="nights")],
                  intervals=[ScheduleIntervalSpec(every=timedelta(hours=2), offset=timedelta(minutes=5))],
                  cron_expressions=["0 12 * * MON-FRI # noon"],
                  skip=[ScheduleCalendarSpec(day_of_month=[ScheduleRange(1)], hour=[ScheduleRange(0, 23)])],
                  jitter=timedelta(seconds=3), time_zone_name="Europe/Vienna"),
              policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, pause_on_failure=True),
              state=ScheduleState(note="as a test"))
          handle = await client.create_schedule("s1", schedule, memo={"about": "tests"})
          try:
              await client.create_schedule("s1", schedule)
              assert False, "a duplicate was created"
          except ScheduleAlreadyRunningError:
              pass

          seen = await handle.describe()
          assert seen.id == "s1" and seen.schedule.state.note == "as a test", seen
          assert await seen.memo_value("about") == "tests"
          spec = seen.schedule.spec
          assert [c.comment for c in spec.calendars] == ["nights", "noon"], spec
          assert not spec.cron_expressions and spec.time_zone_name == "Europe/Vienna", spec
          assert spec.intervals[0].every == timedelta(hours=2) and spec.intervals[0].offset == timedelta(minutes=5)
          assert spec.jitter == timedelta(seconds=3) and len(spec.skip) == 1
          assert seen.schedule.policy.overlap == ScheduleOverlapPolicy.BUFFER_ONE
          assert seen.schedule.policy.catchup_window == timedelta(days=365)
          assert seen.schedule.policy.pause_on_failure
          action = seen.schedule.action
          assert action.workflow == "Echo" and action.id == "echo" and action.task_queue == "q"
          assert len(seen.info.next_action_times) == 10 and seen.info.num_actions == 0, seen.info

          await handle.pause(note="enough")
          paused = (await handle.describe()).schedule.state
          assert paused.paused and paused.note == "enough", paused
          await handle.trigger()
          while True:
              info = (await handle.describe()).info
              if info.recent_actions and not info.running_actions:
                  break
              await asyncio.sleep(0.01)
          started = info.recent_actions[0].action
          assert started.workflow_id.startswith("echo-"), started
          assert await client.get_workflow_handle(started.workflow_id).result() == "echo hello"
          assert info.num_actions == 1
          await handle.unpause()

          def change(input):
              new = input.description.schedule
              new.spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=1))])
              new.state.note = "changed"
              return ScheduleUpdate(schedule=new)
          await handle.update(change)
          seen = await handle.describe()
          assert seen.schedule.state.note == "changed" and not seen.schedule.spec.calendars, seen
          assert seen.info.last_updated_at is not None

          await handle.backfill(ScheduleBackfill(start_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
              end_at=datetime(2026, 1, 3, tzinfo=timezone.utc), overlap=ScheduleOverlapPolicy.ALLOW_ALL))
          while (await handle.describe()).info.num_actions < 4:
              await asyncio.sleep(0.01)

          listed = [s async for s in await client.list_schedules()]
          assert [s.id for s in listed] == ["s1"], listed
          assert listed[0].schedule.action.workflow == "Echo" and len(listed[0].info.next_action_times) == 5
          await handle.delete()
          try:
              await handle.describe()
              assert False
          except RPCError as error:
              assert error.status == RPCStatusCode.NOT_FOUND and "schedule not found" in error.message, error.message
          try:
              schedule.spec = ScheduleSpec(cron_expressions=["nonsense"])
              await client.create_schedule("s2", schedule)
              assert False
          except RPCError as error:
              assert error.status == RPCStatusCode.INVALID_ARGUMENT
              assert error.message.startswith("Invalid schedule spec"), error.message

      try:
          asyncio.run(main())
          print("all well")
      except BaseException:
          traceback.print_exc(file=sys.stdout)
      sys.stdout.flush()
      os._exit(0)
      """
    let python = try ExternalTool.python
    try await serve { port in
      let output = try await python.run(["-c", script, "127.0.0.1:\(port)"])
      #expect(output.text == "all well\n")
    }
  }

  @Test("The command line tool: create, describe, list, toggle, trigger, backfill, update, delete")
  func commandLine() async throws {
    let tool = try ExternalTool.temporal
    try await serve { port in
      func run(_ command: String, _ more: [String] = [], succeeds: Bool = true) async throws -> String {
        let output = try await tool.run(
          command.split(separator: " ").map(String.init) + more + ["--address", "127.0.0.1:\(port)", "--color", "never"])
        #expect((output.status == 0) == succeeds, "temporal \(command): \(output.text)")
        return output.text
      }
      let action = "--type Echo --workflow-id echo --task-queue q --input"
      _ = try await run(
        "schedule create --schedule-id s1 --interval 2h/5m --overlap-policy BufferOne \(action)",
        [#""hello""#, "--cron", "0 12 * * MON-FRI", "--calendar", #"{"hour":"3","dayOfWeek":"SAT,SUN"}"#])
      let again = try await run(
        "schedule create --schedule-id s1 --interval 2h \(action)", [#""hello""#], succeeds: false)
      #expect(again.contains("already"), "\(again)")
      let described = try await run("schedule describe --schedule-id s1 -o json")
      for text in [#""structuredCalendar""#, #""7200s""#, #""name": "Echo""#, "futureActionTimes", "BUFFER_ONE"] {
        #expect(described.contains(text), "\(described)")
      }
      _ = try await run("schedule describe --schedule-id s1")
      let listed = try await run("schedule list")
      #expect(listed.contains("s1"), "\(listed)")
      _ = try await run("schedule toggle --schedule-id s1 --pause --reason", ["enough"])
      let paused = try await run("schedule describe --schedule-id s1")
      #expect(paused.contains("enough"), "\(paused)")
      _ = try await run("schedule toggle --schedule-id s1 --unpause --reason", ["again"])
      _ = try await run("schedule trigger --schedule-id s1 --overlap-policy AllowAll")
      _ = try await run(
        "schedule backfill --schedule-id s1 --start-time 2026-01-01T00:00:00Z --end-time 2026-01-01T03:00:00Z "
          + "--overlap-policy AllowAll")
      _ = try await run("schedule update --schedule-id s1 --interval 3h \(action)", [#""changed""#])
      let updated = try await run("schedule describe --schedule-id s1 -o json")
      #expect(updated.contains(#""10800s""#), "\(updated)")
      _ = try await run("schedule delete --schedule-id s1")
      let gone = try await run("schedule describe --schedule-id s1", succeeds: false)
      #expect(gone.contains("schedule not found"), "\(gone)")
    }
  }
}
