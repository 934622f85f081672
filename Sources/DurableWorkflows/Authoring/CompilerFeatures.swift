// A misspelt upcoming-feature flag is ignored in silence; determinism depends on these, so each is asserted.
#if !hasFeature(ExistentialAny)
  #error("the upcoming feature ExistentialAny is off")
#endif
#if !hasFeature(InternalImportsByDefault)
  #error("the upcoming feature InternalImportsByDefault is off")
#endif
#if !hasFeature(MemberImportVisibility)
  #error("the upcoming feature MemberImportVisibility is off")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
  #error("the upcoming feature NonisolatedNonsendingByDefault is off")
#endif
#if !hasFeature(InferIsolatedConformances)
  #error("the upcoming feature InferIsolatedConformances is off")
#endif
#if !hasFeature(ImmutableWeakCaptures)
  #error("the upcoming feature ImmutableWeakCaptures is off")
#endif
