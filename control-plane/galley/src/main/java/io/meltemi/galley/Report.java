package io.meltemi.galley;

import io.meltemi.galley.gatewayapi.ApiStatus;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The answer of `validate` and `analyze`. Immutable.
///
/// @param resources what could be decoded, with or without errors
/// @param services those that documents of Kubernetes describe
/// @param mesh what is written for the whole mesh
/// @param statuses of what documents of the Gateway API describe
/// @param diagnostics by place
public record Report(
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources,
        SortedMap<Hostname, Entry> services,
        MeshConfig mesh,
        List<ApiStatus> statuses,
        List<Diagnostic> diagnostics) {
    public Report {
        statuses = List.copyOf(statuses);
        diagnostics = List.copyOf(diagnostics);
    }

    /// What would be in force, were there no errors.
    public ConfigSnapshot snapshot() {
        return new ConfigSnapshot(1, resources, services, mesh);
    }

    /// The same with what somebody else found about these resources.
    public Report with(List<Diagnostic> more) {
        List<Diagnostic> all = new ArrayList<>(diagnostics);
        all.addAll(more);
        all.sort(
                Comparator.comparing((Diagnostic d) -> d.origin().source())
                        .thenComparingInt(d -> d.origin().line())
                        .thenComparingInt(d -> d.origin().column()));
        return new Report(resources, services, mesh, statuses, all);
    }

    public boolean hasErrors() {
        return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }

    /// Whether anything is as bad as this, or worse.
    public boolean reaches(Severity threshold) {
        return diagnostics.stream().anyMatch(d -> d.severity().compareTo(threshold) >= 0);
    }

    /// One line per diagnostic, each with a line break; empty when there is nothing to say.
    public String toText() {
        StringBuilder text = new StringBuilder();
        diagnostics.forEach(d -> text.append(d).append('\n'));
        return text.toString();
    }

    /// What became of Gateways and routes of the Gateway API, as YAML with a `status` such as a
    /// controller writes it; empty when there are none.
    public String toStatus() {
        return StatusText.of(statuses);
    }

    /// For programs: a list of `{code, level, message, file, line, column}`.
    public String toJson() {
        return toJson(diagnostics);
    }

    /// For code hosts: SARIF 2.1.0.
    public String toSarif() {
        return SarifText.of(diagnostics);
    }

    /// The same for diagnostics of another origin.
    public static String toJson(List<Diagnostic> diagnostics) {
        JsonMapper mapper = JsonMapper.shared();
        ArrayNode list = mapper.createArrayNode();
        for (Diagnostic diagnostic : diagnostics) {
            ObjectNode object = list.addObject();
            object.put("code", diagnostic.code());
            object.put("level", diagnostic.severity().name().toLowerCase(Locale.ROOT));
            object.put("message", diagnostic.message());
            object.put("file", diagnostic.origin().source());
            if (diagnostic.origin().line() > 0) {
                object.put("line", diagnostic.origin().line());
            }
            if (diagnostic.origin().column() > 0) {
                object.put("column", diagnostic.origin().column());
            }
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list);
    }
}
