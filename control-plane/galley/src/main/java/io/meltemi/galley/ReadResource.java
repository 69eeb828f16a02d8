package io.meltemi.galley;

import io.meltemi.galley.decode.DecodedDocument;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One document of the newest state, of whatever kind. Immutable.
///
/// @param at where it begins
/// @param value what it means: equal values do the same
/// @param findings about it, by itself and beside others
public record ReadResource(ResourceName name, Origin at, Object value, List<Diagnostic> findings) {
    public ReadResource {
        findings = List.copyOf(findings);
    }

    /// By name, in no order: it is made for every change, and sorted when somebody asks. What is
    /// written twice stands where it is written first.
    static Map<ResourceName, ReadResource> of(List<DecodedDocument> documents) {
        Map<ResourceName, ReadResource> all = HashMap.newHashMap(documents.size());
        for (DecodedDocument document : documents) {
            if (document.name().isPresent()) {
                ResourceName name = document.name().get();
                all.putIfAbsent(name, of(name, document));
            }
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
        return !findings.isEmpty()
                && findings.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }
}
