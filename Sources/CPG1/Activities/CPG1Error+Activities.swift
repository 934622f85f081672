extension CPG1Error.Code {
  /// A stored frame or document is missing, was changed, or cannot be written.
  public static let frameStore = CPG1Error.Code("FrameStoreFailure")
  /// A completeness or accuracy test of a query failed.
  public static let validation = CPG1Error.Code("IPEValidationError")
  /// A quality rule failed and the run was told to fail on that.
  public static let quality = CPG1Error.Code("QualityCheckFailed")
  /// The environment or the options of a program are missing something or malformed.
  public static let configuration = CPG1Error.Code("ConfigurationError")
}
