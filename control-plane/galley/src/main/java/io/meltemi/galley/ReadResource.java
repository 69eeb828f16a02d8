package io.meltemi.galley;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One document of the newest state, of whatever kind. Immutable.
///
/// @param at where it begins
/// @param value what it means: equal values do the same
/// @param findings about it, by itself and beside others
public record ReadResource(ResourceName name, Origin at, Object value, List<Diagnostic> findings) {
    public ReadResource {
        findings = List.copyOf(findings);
    }

    /// By name; what is written twice stands where it is written first.
    static SortedMap<ResourceName, ReadResource> of(List<DecodedDocument> documents) {
        SortedMap<ResourceName, ReadResource> all = new TreeMap<>();
        for (DecodedDocument document : documents) {
            document.name().ifPresent(name -> all.putIfAbsent(name, of(name, document)));
        }
        return all;
    }

    private static ReadResource of(ResourceName name, DecodedDocument document) {
        Object value =
                document.resource()
                        .<Object>map(r -> r.value())
                        .or(document::object)
                        .or(document::gatewayApi)
                        .orElse(name);
        return new ReadResource(
                name,
                document.findings().at(FieldPath.ROOT),
                value,
                document.findings().diagnostics());
    }

    /// Whether something in it keeps it from taking force.
    public boolean hasErrors() {
        return findings.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }
}
