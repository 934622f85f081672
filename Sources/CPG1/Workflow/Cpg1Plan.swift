internal import DurableWorkflows

/// The fixed parts of the reconciliation: what it fetches and how.
enum Cpg1Plan {
  /// Items fetched by `execute_ipe_query`.
  static let ipeItems = ["IPE_07", "IPE_31", "IPE_10", "IPE_08", "IPE_REC_ERRORS"]
  /// Items fetched by `execute_cr_query`.
  static let crItems = ["CR_04", "CR_03", "DOC_VOUCHER_USAGE", "CR_05"]
  /// How many queries run at once.
  static let parallelQueries = 4
  /// Items, Jdash, nine bridges and two evidence packages.
  static let activityCount = ipeItems.count + crItems.count + 1 + 9 + 2

  /// Names of the steps.
  static let fetchStep = "fetch_data"
  static let bridgeStep = "calculate_bridges"
  static let evidenceStep = "save_evidence"

  /// The policy of all activities: five attempts, doubled waits up to a minute. What may pass is retried; the
  /// activities mark everything else.
  static func options(initialInterval: Duration) -> ActivityOptions {
    ActivityOptions(
      retryPolicy: RetryPolicy(
        initialInterval: initialInterval,
        backoffCoefficient: 2,
        maximumInterval: .seconds(60),
        maximumAttempts: 5,
        nonRetryableErrorTypes: [
          "IPEValidationError", "QueryError", "InvalidParameter", "InvalidCatalog", "InvalidBinding", "InvalidData",
          "MissingColumn",
        ]
      )
    )
  }
}
