/// An ordered set of classification rules.
public struct ClassificationRules: Sendable, Hashable {
  /// The rules in the order in which they are tried.
  public let rules: [ClassificationRule]

  /// Creates a set: sorted by rank, equal ranks in the given order.
  ///
  /// Throws ``CPG1Error/Code/invalidParameter`` when it is empty, or a rule has no key or no trigger value.
  public init(_ rules: [ClassificationRule]) throws {
    guard !rules.isEmpty else {
      throw CPG1Error(.invalidParameter, "rules_config holds no rule; give at least one or leave it out")
    }
    for rule in rules {
      guard TextRules.trimmed(rule.key) != nil, !rule.triggers.isEmpty,
        rule.triggers.values.allSatisfy({ !$0.isEmpty })
      else {
        throw CPG1Error(
          .invalidParameter,
          "rule '\(rule.key)' of rules_config needs a key and at least one value per trigger column"
        )
      }
    }
    self.init(sorting: rules)
  }

  private init(sorting rules: [ClassificationRule]) {
    self.rules = rules.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
      \.element
    )
  }

  /// Reads rules from JSON: an array of objects with key, title, triggers, dr, cr, enrich and rank.
  public init(json: OrderedJSON) throws {
    guard let elements = json.array else {
      throw CPG1Error(
        .invalidParameter,
        "rules_config is not a JSON array of rules; write [{\"key\": …, \"triggers\": …}]"
      )
    }
    try self.init(elements.map(Self.rule))
  }

  private static func rule(_ json: OrderedJSON) throws -> ClassificationRule {
    guard let key = json["key"]?.string, let triggers = json["triggers"]?.members else {
      throw CPG1Error(.invalidParameter, "a rule of rules_config has no 'key' or no 'triggers'; add them")
    }
    func texts(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
    var values: [String: [String]] = [:]
    for trigger in triggers { values[trigger.name] = (trigger.value.array ?? []).compactMap(\.string) }
    return ClassificationRule(
      key: key,
      title: json["title"]?.string ?? key,
      triggers: values,
      debitAccounts: texts("dr"),
      creditAccounts: texts("cr"),
      enrichments: texts("enrich"),
      rank: json["rank"]?.integer ?? 2
    )
  }

  /// The eleven rules of the control.
  public static let standard = ClassificationRules(sorting: [
    rule("CASH_DEPOSITS", "Cash deposits pending application", rank: 1, cashDeposits, ["100XX"], suspense, [bank]),
    rule(
      "SALES_DELIVERIES",
      "Sales deliveries not posted",
      rank: 1,
      [type: ["Delivery", "DELIVERED"]],
      ["13005"],
      ["300XX"]
    ),
    rule(
      "CASH_DEPOSITS_CANCEL",
      "Cash deposit cancellations",
      [type: ["Payment Charges Rev", "Transfer From", "Reallocation From"]],
      suspense,
      ["100XX"],
      [bank]
    ),
    rule(
      "JFORCE_PAYOUTS",
      "JForce payouts by voucher",
      [type: ["JForce Payout", "Jforce Payouts", "Payment"]],
      ["18307"],
      ["18412"],
      ["jforce_voucher_only"]
    ),
    rule(
      "PAYMENT_RECONCILES",
      "Payments reconciled timing differences",
      [type: ["Payment", "Transfer to", "Third Party Collection"]],
      ["13024"],
      suspense,
      [bank]
    ),
    rule(
      "PREPAYMENTS",
      "Customer prepayments (TV)",
      prepayment,
      ["13012", "13030"],
      ["18350"],
      ["payment_provider_channel_optional"]
    ),
    rule(
      "REFUNDS",
      "Refunds - retail vs MPL",
      [type: ["Refund", "REFUND", "Refunds"]],
      ["100XX", "18412"],
      ["13005", "18317"],
      ["refund_channel"]
    ),
    rule(
      "SC_ACCOUNT_STATEMENT",
      "Seller Center account statements",
      ["Source": ["Seller Center", "SC"], "Entity": ["Account Statement"]],
      ["18314"],
      ["13023"]
    ),
    rule(
      "SELLER_ACCOUNT_STATEMENTS",
      "Seller account statements",
      ["Source": ["Seller", "MPL"], "Entity": ["Account Statement"]],
      ["18314"],
      ["13023"]
    ),
    rule("PREPAID_DELIVERIES", "Prepaid deliveries in transit", rank: 3, prepayment, ["18350"], ["18314"]),
    rule(
      "SALES_CREDIT_MEMOS",
      "Sales credit memos",
      rank: 3,
      [type: ["Sales Credit Memo"]],
      ["30101", "30102"],
      ["13005"],
      ["customer_type_flag"]
    ),
  ])

  private static let type = "Transaction_Type"
  private static let bank = "bank_posting_group"
  private static let suspense = ["13011", "13012", "10590"]
  private static let prepayment = ["IS_PREPAYMENT": ["1", "True", "true", "YES", "Yes"]]
  private static let cashDeposits = [
    type: [
      "Transfer to", "Third Party Collection", "Payment - Rev", "Translist in progress", "Payment", "Transfer",
    ]
  ]

  private static func rule(
    _ key: String,
    _ title: String,
    rank: Int = 2,
    _ triggers: [String: [String]],
    _ debit: [String],
    _ credit: [String],
    _ enrichments: [String] = []
  ) -> ClassificationRule {
    ClassificationRule(
      key: key,
      title: title,
      triggers: triggers,
      debitAccounts: debit,
      creditAccounts: credit,
      enrichments: enrichments,
      rank: rank
    )
  }
}
