internal import Synchronization
internal import Testing

@testable internal import DurableWorkflows

/// Slots by memory and processors.
@Suite("Resource-based slots")
struct ResourceTunerTests {
  private final class SettableMeter: ResourceMeter {
    let value: Mutex<ResourceUsage?>
    init(_ usage: ResourceUsage?) { value = Mutex(usage) }
    func usage() -> ResourceUsage? { value.withLock { $0 } }
    func set(_ usage: ResourceUsage?) { value.withLock { $0 = usage } }
  }

  private let start = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000)

  private func request(_ used: Int, at time: Timestamp) -> SlotRequest {
    SlotRequest(taskQueue: "q", usedSlots: used, queued: 10, now: time)
  }

  @Test("slots up to the minimum always, beyond it one per ramp while there is room, none beyond the maximum")
  func supplier() {
    let meter = SettableMeter(ResourceUsage(memory: 0.2, cpu: 0.1))
    let tuner = ResourceBasedTuner(targetMemoryUsage: 0.8, targetCPUUsage: 0.9, meter: meter)
    let slots = tuner.activitySlots(minimumSlots: 2, maximumSlots: 5, rampThrottle: .milliseconds(50))
    #expect(slots.problem == nil)
    #expect(slots.decide(request(0, at: start)) == .granted)
    #expect(slots.decide(request(1, at: start)) == .granted)
    #expect(slots.decide(request(2, at: start)) == .granted)
    #expect(slots.decide(request(3, at: start + .milliseconds(10))) == .refused(retryAfter: .milliseconds(40)))
    #expect(slots.decide(request(3, at: start + .milliseconds(50))) == .granted)
    #expect(slots.decide(request(5, at: start + .seconds(5))) == .refused(retryAfter: nil))
    meter.set(ResourceUsage(memory: 0.81, cpu: 0.1))
    #expect(slots.decide(request(4, at: start + .seconds(6))) == .refused(retryAfter: .milliseconds(100)))
    #expect(slots.decide(request(1, at: start + .seconds(6))) == .granted, "the minimum holds whatever is in use")
    meter.set(ResourceUsage(memory: 0.3, cpu: 0.95))
    #expect(slots.decide(request(4, at: start + .seconds(7))) != .granted)
    meter.set(nil)
    #expect(slots.decide(request(4, at: start + .seconds(8))) != .granted, "what is not known is no room")
    meter.set(ResourceUsage(memory: 0.3, cpu: 0.3))
    #expect(slots.decide(request(4, at: start + .seconds(9))) == .granted)
  }

  @Test("a machine whose load follows its slots settles near the target and never stays above it")
  func controlled() {
    let meter = SettableMeter(ResourceUsage(memory: 0.1, cpu: 0))
    let tuner = ResourceBasedTuner(targetMemoryUsage: 0.8, targetCPUUsage: 0.9, meter: meter)
    let slots = tuner.activitySlots(minimumSlots: 1, maximumSlots: 1000)
    var used = 0
    var highest = 0
    for step in 0..<4000 {
      let now = start + .milliseconds(50 * step)
      meter.set(ResourceUsage(memory: 0.1 + 0.007 * Double(used), cpu: min(1, 0.01 * Double(used))))
      if slots.decide(request(used, at: now)) == .granted { used += 1 }
      if step % 40 == 39, used > 0 { used -= 1 }
      highest = max(highest, used)
    }
    #expect((80...100).contains(used), "\(used): 89 slots are 90 % of the processors, 100 are 80 % of the memory")
    #expect(highest <= 101)
  }

  @Test("targets and bounds that cannot be are refused")
  func problems() {
    #expect(ResourceBasedTuner(targetMemoryUsage: 0).activitySlots().problem != nil)
    #expect(ResourceBasedTuner(targetCPUUsage: 1.5).activitySlots().problem != nil)
    #expect(ResourceBasedTuner().activitySlots(minimumSlots: 0).problem != nil)
    #expect(ResourceBasedTuner().activitySlots(minimumSlots: 5, maximumSlots: 4).problem != nil)
  }

  @Test("what Linux says of memory and processors is read; other text is not known")
  func reading() {
    let before = ProcessorTimes("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3 4\n")
    let after = ProcessorTimes("cpu  160 0 70 860 70 0 0 0 0 0\n")
    #expect(before?.busy == 150)
    #expect(before.flatMap { after?.usage(since: $0) } == 0.5)
    #expect(after.flatMap { before?.usage(since: $0) } == 0)
    for text in ["", "cpu", "cpu a b c d", "intr 1 2 3 4 5", "cpu 1 2 3"] {
      #expect(ProcessorTimes(text) == nil, "\(text)")
    }
    #expect(MemoryText.usage(ofMachine: "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable:    250 kB\n") == 0.75)
    #expect(MemoryText.usage(ofMachine: "MemTotal: 0 kB\nMemAvailable: 0 kB\n") == nil)
    #expect(MemoryText.usage(ofContainer: "2000\n", "500\n") == 0.25)
    #expect(MemoryText.usage(ofContainer: "max\n", "500\n") == nil)
  }

  #if os(Linux)
    @Test("this machine has some memory in use")
    func thisMachine() throws {
      let meter = LinuxResourceMeter()
      let usage = try #require(meter.usage())
      #expect(usage.memory > 0 && usage.memory < 1)
      #expect(LinuxResourceMeter(root: "/nonexistent").usage() == nil)
    }
  #endif
}
