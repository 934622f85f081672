internal import Foundation
internal import Synchronization

/// Row m: mixed load on one journal with random kills, by time: memory, descriptors and disk must stay where they are.
struct SoakRow: ReliabilityRow {
  let id = "m"
  let title = "soak with random kills"
  let contractLines = [1, 3, 4, 8]
  let isEndless = true

  /// How long one ledger is kept; its entries and the histories of its runs are compared at the end.
  private static let campaignSeconds = 30.0
  /// How far resident memory may grow, in MiB per hour.
  private static let memoryLimit = 64.0
  /// How large the journal may be, in MiB, whatever ran before.
  private static let diskLimit = 512.0

  func run(_ order: RowOrder) async throws -> RowResult {
    var settings = KillSettings(scratch: order.scratch)
    settings.width = 32
    settings.timers = (oneIn: 1, milliseconds: 500)
    // Longer than a campaign, whose histories are looked at when it is over.
    settings.retention = 45
    try settings.prepare()
    defer { try? settings.cleanUp() }
    let journal = settings.journals + "/soak"
    let minutes = order.minutes ?? 30
    let end = ContinuousClock.now + .seconds(minutes * 60)
    let samples = SoakSamples(journal: journal)
    var result = RowResult()
    var number = 0
    while ContinuousClock.now < end, result.isPassed {
      number += 1
      let campaignEnd = min(end, .now + .seconds(SoakRow.campaignSeconds))
      // Every third campaign is one long life, in which a leak would show.
      let isCalm = number % 3 == 0
      var campaign = KillCampaign(settings, number: number, kills: .max, seed: order.seed, journal: journal)
      campaign.isOver = { ContinuousClock.now >= campaignEnd }
      campaign.plans = { _, random in
        if isCalm { return .afterTime(seconds: SoakRow.campaignSeconds + 30) }
        return random.oneIn(3)
          ? .failpoint(Failpoint.draw(&random)) : .afterTime(seconds: 2 + Double(random.below(18)))
      }
      campaign.onTick = { samples.take($0) }
      try campaign.live()
      var check = KillCheck(campaign)
      check.allowsForgotten = true
      if campaign.problems.isEmpty { try await check.run() }
      for (name, count) in campaign.counts.merging(check.counts, uniquingKeysWith: +) { result.count(name, count) }
      for problem in campaign.problems + check.problems {
        result.fail("campaign \(number): \(problem)", reproduce: order.command(row: id) + " --minutes \(minutes)")
      }
      try FileManager.default.removeItem(atPath: campaign.ledgerFile)
      say("  minute \(samples.minutes): \(samples.line)")
    }
    samples.figures(into: &result)
    judge(&result, minutes, order)
    return result
  }

  private func judge(_ result: inout RowResult, _ minutes: Double, _ order: RowOrder) {
    let reproduce = order.command(row: id) + " --minutes \(minutes)"
    // Before that a slope says nothing.
    if minutes >= 10, let slope = result.figures["worker memory slope MiB per hour"], slope > SoakRow.memoryLimit {
      result.fail("the worker's memory grows by \(slope) MiB an hour", reproduce: reproduce)
    }
    if minutes >= 10, let slope = result.figures["worker descriptors slope per hour"], slope > 20 {
      result.fail("the worker's descriptors grow by \(slope) an hour", reproduce: reproduce)
    }
    if let disk = result.figures["journal max MiB"], disk > SoakRow.diskLimit {
      result.fail("the journal grew to \(disk) MiB", reproduce: reproduce)
    }
  }
}
