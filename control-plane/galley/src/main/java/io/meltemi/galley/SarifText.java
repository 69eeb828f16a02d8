package io.meltemi.galley;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Findings as code hosts take them in to show them beside the lines: SARIF 2.1.0. Immutable.
final class SarifText {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

    private SarifText() {}

    static String of(List<Diagnostic> diagnostics) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode log = mapper.createObjectNode();
        log.put("$schema", SCHEMA);
        log.put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "meltemi");
        ArrayNode rules = driver.putArray("rules");
        TreeSet<String> codes = new TreeSet<>();
        diagnostics.forEach(d -> codes.add(d.code()));
        codes.forEach(code -> rules.addObject().put("id", code));
        ArrayNode results = run.putArray("results");
        diagnostics.forEach(d -> result(d, results.addObject()));
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(log);
    }

    private static void result(Diagnostic diagnostic, ObjectNode result) {
        result.put("ruleId", diagnostic.code());
        result.put("level", level(diagnostic.severity()));
        result.putObject("message").put("text", diagnostic.message());
        Origin at = diagnostic.origin();
        ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
        place.putObject("artifactLocation").put("uri", at.source());
        if (at.line() > 0) {
            ObjectNode region = place.putObject("region");
            region.put("startLine", at.line());
            if (at.column() > 0) {
                region.put("startColumn", at.column());
            }
        }
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case INFO -> "note";
            case WARNING -> "warning";
            case ERROR -> "error";
        };
    }
}
