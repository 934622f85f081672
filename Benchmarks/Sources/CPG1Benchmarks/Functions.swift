internal import CPG1
internal import Measuring

/// The four functions that are measured, their tables, and what their results must fulfil.
enum Functions {
  private static let cutoff = CivilDate(dayNumber: Days.cutoff)

  static func categories(_ measurement: Measurement) throws -> Measurement.Result {
    try measurement.run(
      tables: {
        let vouchers = Vouchers(count: measurement.rows, seed: measurement.seed)
        return (
          ledger: try LedgerTable(vouchers), issued: try VoucherTable(vouchers).frame,
          usage: try UsageTable(vouchers).frame
        )
      },
      function: {
        try NavVoucherCategories(cr03: $0.ledger.frame, ipe08: $0.issued, usage: $0.usage, companies: .standard)
      },
      check: { tables, outcome, digest in
        let categories: [NavCategory] = [.vtc, .issuance, .cancellation, .usage, .expired]
        try expectAll(categories.map(\.rawValue) + [missing], in: outcome.counts, of: measurement.rows)
        try expectAll(
          ["Refund", "Apology", "JForce", "Store Credit", "marketing", missing], in: outcome.voucherTypeCounts,
          of: measurement.rows)
        let total = try outcome.amounts.values.reduce(ExactDecimal.zero) { try $0.adding($1) }
        guard total == ExactDecimal(Money.text(tables.ledger.total, places: 4)) else {
          throw BenchmarkError("the categories' amounts sum up to \(total), not to those of the table")
        }
        for line in outcome.lines {
          digest.add(line.category?.rawValue)
          digest.add(line.voucherType)
          digest.add(line.isIntegration ? 1 : 0)
        }
        outcome.rowsDifferingFromOriginal.forEach { digest.add($0) }
        for name in outcome.amounts.keys.sorted() { digest.add("\(name) \(outcome.amounts[name] ?? .zero)") }
        return outcome.counts
      })
  }

  static func classification(_ measurement: Measurement) throws -> Measurement.Result {
    try measurement.run(
      tables: { try CollectionTable(rows: measurement.rows, seed: measurement.seed).frame },
      function: { BridgeClassification($0) },
      check: { _, outcome, digest in
        // Two rules have the triggers of earlier ones and can never apply.
        let reachable = outcome.rules.rules.map(\.key).filter {
          $0 != "PAYMENT_RECONCILES" && $0 != "PREPAID_DELIVERIES"
        }
        try expectAll(reachable + [missing], in: outcome.counts, of: measurement.rows)
        outcome.ruleOfRow.forEach { digest.add($0 ?? -1) }
        return outcome.counts
      })
  }

  static func groups(_ measurement: Measurement) throws -> Measurement.Result {
    try measurement.run(
      tables: { try CustomerTable(rows: measurement.rows, seed: measurement.seed) },
      function: { try CustomerPostingGroupBridge(ipe07: $0.frame, companies: .standard) },
      check: { tables, outcome, digest in
        let found = outcome.customers.count
        guard found > 0, found <= tables.customersWithSeveralGroups,
          outcome.customers.allSatisfy({ $0.groups.count > 1 })
        else { throw BenchmarkError("\(found) customers with several groups cannot be") }
        for customer in outcome.customers {
          digest.add(customer.company)
          digest.add(customer.number)
          digest.add(customer.name)
          customer.groups.forEach { digest.add($0) }
        }
        return ["customers": found]
      })
  }

  static func vtc(_ measurement: Measurement) throws -> Measurement.Result {
    try measurement.run(
      tables: {
        let vouchers = Vouchers(count: measurement.rows, seed: measurement.seed)
        let ledger = try LedgerTable(vouchers).frame
        let issued = try VoucherTable(vouchers)
        return (
          ledger: ledger, issued: issued,
          categories: try NavVoucherCategories(
            cr03: ledger, ipe08: issued.frame, usage: Frame(emptyWith: UsageTable.columns()), companies: .standard),
          rates: try Companies.rates()
        )
      },
      function: {
        try VTCAdjustment(
          ipe08: $0.issued.frame, cr03: $0.ledger, categories: $0.categories, cutoff: cutoff, companies: .standard,
          rates: $0.rates)
      },
      check: { tables, outcome, digest in
        guard outcome.sourceRows == tables.issued.deactivatedRefunds else {
          throw BenchmarkError("\(outcome.sourceRows) refunds were looked at, not \(tables.issued.deactivatedRefunds)")
        }
        guard !outcome.rows.isEmpty, outcome.rows.count < outcome.sourceRows, outcome.ids.count == outcome.rows.count
        else { throw BenchmarkError("\(outcome.rows.count) vouchers without a line cannot be") }
        for (row, id) in zip(outcome.rows, outcome.ids) {
          digest.add(row)
          digest.add(id)
        }
        digest.add(outcome.summary.lcyMixed.description)
        digest.add(outcome.summary.usd.description)
        return ["looked at": outcome.sourceRows, "without a line": outcome.rows.count]
      })
  }

  /// The key under which results count what is missing.
  private static let missing = AmountSummary.nullKey

  private static func expectAll(_ names: [String], in counts: [String: Int], of rows: Int) throws {
    for name in names where counts[name, default: 0] == 0 {
      throw BenchmarkError("no row is '\(name)'; take more rows")
    }
    let sum = counts.values.reduce(0, +)
    guard sum == rows else { throw BenchmarkError("the counts sum up to \(sum), not to \(rows) rows") }
  }
}
