internal import Testing
@_spi(Ownership) internal import WorkflowJournal

@testable internal import DurableWorkflows

/// Would fail if an owner that lives, gives no signs, or was merely not looked at were taken for frozen.
@Suite("The watch over an owner")
struct OwnerVigilTests {
  private let step = Duration.milliseconds(100)

  private func sign(_ number: UInt64?, _ process: Int32 = 7) -> LockSigns { LockSigns(process: process, sign: number) }

  @Test("an owner is frozen once its sign has stood still for the limit, not before")
  func limit() {
    var vigil = OwnerVigil(limit: .milliseconds(500))
    func look(at signs: LockSigns?, after time: Duration) -> OwnerVigil.Finding { vigil.look(at: signs, after: time) }
    #expect(look(at: sign(1), after: step) == .lives(process: 7))
    for count in 1...4 {
      #expect(look(at: sign(1), after: step) == .isSilent(process: 7, step * count))
    }
    #expect(look(at: sign(1), after: step) == .isFrozen(process: 7, .milliseconds(500)))
    vigil.beginAgain()
    #expect(look(at: sign(1), after: step) == .isSilent(process: 7, step))
  }

  @Test("every new sign, and every new owner, begins the silence anew")
  func lives() {
    var vigil = OwnerVigil(limit: .milliseconds(500))
    func look(at signs: LockSigns?, after time: Duration) -> OwnerVigil.Finding { vigil.look(at: signs, after: time) }
    for number in 1...100 as ClosedRange<UInt64> {
      #expect(look(at: sign(number), after: step * 4) == .lives(process: 7))
      #expect(look(at: sign(number), after: step) == .isSilent(process: 7, step))
    }
    #expect(look(at: sign(100, 8), after: step) == .lives(process: 8))
  }

  @Test("who gives no signs is never frozen")
  func mute() {
    var vigil = OwnerVigil(limit: .milliseconds(500))
    func look(at signs: LockSigns?, after time: Duration) -> OwnerVigil.Finding { vigil.look(at: signs, after: time) }
    for _ in 0..<100 {
      #expect(look(at: sign(nil), after: step) == .givesNoSigns(process: 7))
      #expect(look(at: nil, after: step) == .givesNoSigns(process: nil))
    }
    // A silence does not go on behind an owner without signs.
    _ = vigil.look(at: sign(1), after: step)
    _ = vigil.look(at: sign(1), after: step * 2)
    _ = vigil.look(at: sign(nil), after: step)
    _ = vigil.look(at: sign(1), after: step)
    #expect(look(at: sign(1), after: step) == .isSilent(process: 7, step))
  }

  @Test("time in which nobody looked says nothing of the owner")
  func stoppedWatch() {
    var vigil = OwnerVigil(limit: .seconds(5))
    _ = vigil.look(at: sign(1), after: step)
    // The machine slept for an hour, the owner as well.
    let finding = vigil.look(at: sign(1), after: .seconds(3600))
    #expect(finding == .isSilent(process: 7, step * 2))
  }
}
