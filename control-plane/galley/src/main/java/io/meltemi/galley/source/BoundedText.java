package io.meltemi.galley.source;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Reads texts that may be anything: too long, or no text at all. Immutable.
final class BoundedText {
    private static final int MOST_BYTES = 10 * 1024 * 1024;

    private BoundedText() {}

    /// Reads to the end.
    ///
    /// @param name where it comes from
    /// @param problems gets why there is none
    static Optional<Text> read(InputStream in, String name, List<Diagnostic> problems)
            throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            problems.add(problem(Code.TOO_LARGE, name, "larger than " + MOST_BYTES + " bytes"));
            return Optional.empty();
        }
        try {
            String content =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return Optional.of(new Text(name, content));
        } catch (CharacterCodingException _) {
            problems.add(problem(Code.UNREADABLE, name, "not UTF-8 text"));
            return Optional.empty();
        }
    }

    static Diagnostic problem(Code code, String name, String message) {
        return new Diagnostic(code.text(), code.severity(), new Origin(name, 0, 0), message);
    }
}
