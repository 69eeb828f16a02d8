package io.meltemi.galley.analyze;

/// One check across resources. Immutable.
interface Analyzer {
    /// Adds what it finds to the findings of the resource that has to change.
    void analyze(AnalysisInput input);
}
