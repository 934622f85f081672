/// Checks of the code that names a participant of the payment system.
public enum ISPB {
  /// Whether the text is eight digits.
  public static func isValid(_ text: String) -> Bool {
    text.utf8.count == 8 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// - Throws: ``PixError`` that names `field`, if the text is not eight digits.
  public static func check(_ text: String, field: String) throws {
    if isValid(text) { return }
    throw PixError(.validation, "\(field) is '\(text)'; an ISPB has eight digits")
  }
}
