internal import Foundation

/// Row c: a worker is killed again and again; its parent and a ledger, processes of their own, compare.
struct KillRow: ReliabilityRow {
  let id = "c"
  let title = "kill -9 loop with a ledger"
  let contractLines = [1, 3, 4, 9]

  /// How many kills one journal sees.
  private static let killsPerCampaign = 50

  func run(_ order: RowOrder) async throws -> RowResult {
    var settings = KillSettings(scratch: order.scratch)
    if order.size.units(ci: 1000) < 100 { settings.width = 48 }
    try settings.prepare()
    defer { try? settings.cleanUp() }
    var result = RowResult()
    if !settings.hasTwoFileSystems {
      result.skipped.append("the ledger on another file system: there is only one here")
    }
    var recoveries: [Double] = []
    var kills = order.size.units(ci: 1000)
    var number = 0
    while kills > 0 {
      number += 1
      let count = min(kills, KillRow.killsPerCampaign)
      kills -= count
      var campaign = KillCampaign(settings, number: number, kills: count, seed: order.seed)
      campaign.isEncrypted = number % 4 == 0
      if campaign.isEncrypted { result.count("encrypted campaigns") }
      try campaign.live()
      result.counts.merge(campaign.counts, uniquingKeysWith: +)
      recoveries += campaign.recoveries
      var check = KillCheck(campaign)
      if campaign.problems.isEmpty { try await check.run() }
      result.counts.merge(check.counts, uniquingKeysWith: +)
      for problem in campaign.problems + check.problems {
        result.fail("campaign \(number): \(problem)", reproduce: order.command(row: id))
      }
      if !result.isPassed {
        result.skipped.append("kills after the first campaign with a failure; its files are in /tmp/reliability-failed")
        try keep(campaign, settings)
        break
      }
      try FileManager.default.removeItem(atPath: campaign.journal)
      try FileManager.default.removeItem(atPath: campaign.ledgerFile)
    }
    result.count("campaigns", number)
    recoveries.sort()
    for (name, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] where !recoveries.isEmpty {
      let index = min(recoveries.count - 1, Int(Double(recoveries.count) * share))
      result.figures["recovery \(name) ms"] = (recoveries[index] * 10_000).rounded() / 10
    }
    let isTimed = ProcessInfo.processInfo.environment["RELIABILITY_UNTIMED"] == nil
    if let p99 = result.figures["recovery p99 ms"], p99 > 1000, isTimed {
      result.fail("recovery takes \(p99) ms (p99); at most 1,000 are allowed", reproduce: order.command(row: id))
    }
    return result
  }

  private func keep(_ campaign: KillCampaign, _ settings: KillSettings) throws {
    let manager = FileManager.default
    let target = "/tmp/reliability-failed"
    if manager.fileExists(atPath: target) { try manager.removeItem(atPath: target) }
    try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
    if manager.fileExists(atPath: campaign.journal) {
      try manager.copyItem(atPath: campaign.journal, toPath: target + "/journal")
    }
    try manager.copyItem(atPath: campaign.ledgerFile, toPath: target + "/ledger")
  }
}
