package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Text to trees of nodes with positions. Immutable.
///
/// YAML 1.2 (`on` and `no` are text, unlike in YAML 1.1), hence JSON too. Input is hostile: size,
/// nesting and the growth by aliases are bounded.
final class YamlText {
    private static final int LARGEST_CODE_POINTS = 10 * 1024 * 1024;
    private static final int MOST_ALIASES = 50;

    private YamlText() {}

    /// The documents of a text; what follows a syntax error is not read.
    record Parsed(List<Node> documents, Optional<Diagnostic> error) {
        Parsed {
            documents = List.copyOf(documents);
        }
    }

    /// @param most documents that are read at most; one more is an error
    static Parsed parse(String source, String text, int most) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(source)
                        .setSchema(new CoreSchema())
                        .setCodePointLimit(LARGEST_CODE_POINTS)
                        .setMaxAliasesForCollections(MOST_ALIASES)
                        .build();
        List<Node> documents = new ArrayList<>();
        StreamReader reader = new StreamReader(settings, text);
        try {
            Composer composer =
                    new Composer(
                            settings, new DepthLimitedParser(new ParserImpl(settings, reader)));
            while (composer.hasNext()) {
                Node document = composer.next();
                if (documents.size() == most) {
                    return new Parsed(
                            documents,
                            tooLarge(
                                    start(source, document),
                                    "more than " + most + " documents in all"));
                }
                if (ExpandedSize.of(document) > ExpandedSize.LARGEST) {
                    return new Parsed(
                            documents,
                            tooLarge(start(source, document), "too large with its aliases"));
                }
                documents.add(document);
            }
            return new Parsed(documents, Optional.empty());
        } catch (MarkedYamlEngineException e) {
            return new Parsed(documents, Optional.of(syntax(source, reader, e)));
        } catch (YamlEngineException | IndexOutOfBoundsException | NumberFormatException e) {
            // The library lets the others out of its scanner on some broken escapes.
            return new Parsed(
                    documents,
                    Optional.of(
                            new Diagnostic(
                                    Code.SYNTAX.text(),
                                    Code.SYNTAX.severity(),
                                    here(source, reader),
                                    "not valid YAML: " + oneLine(String.valueOf(e.getMessage())))));
        }
    }

    /// As far as the text was read.
    private static Origin here(String source, StreamReader reader) {
        return new Origin(source, reader.getLine() + 1, reader.getColumn() + 1);
    }

    private static Origin start(String source, Node document) {
        return document.getStartMark()
                .map(mark -> new Origin(source, mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(new Origin(source, 0, 0));
    }

    private static Optional<Diagnostic> tooLarge(Origin at, String what) {
        return Optional.of(
                new Diagnostic(Code.TOO_LARGE.text(), Code.TOO_LARGE.severity(), at, what));
    }

    private static Diagnostic syntax(
            String source, StreamReader reader, MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        Origin origin =
                mark.map(m -> new Origin(source, m.getLine() + 1, m.getColumn() + 1))
                        .orElseGet(() -> here(source, reader));
        String problem = String.valueOf(e.getProblem() == null ? e.getContext() : e.getProblem());
        return new Diagnostic(
                Code.SYNTAX.text(),
                Code.SYNTAX.severity(),
                origin,
                "not valid YAML: " + oneLine(problem));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
