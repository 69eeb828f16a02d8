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

/// What another program prints, read to its end. Immutable.
public final class StandardInput {
    private static final int MOST_BYTES = 10 * 1024 * 1024;
    private static final String NAME = "stdin";

    private StandardInput() {}

    /// One text of that name, or why there is none.
    public static DocumentSet read(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                return problem(Code.TOO_LARGE, "larger than " + MOST_BYTES + " bytes");
            }
            String content =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new DocumentSet(List.of(new Text(NAME, content)), List.of());
        } catch (CharacterCodingException _) {
            return problem(Code.UNREADABLE, "not UTF-8 text");
        } catch (IOException e) {
            return problem(Code.UNREADABLE, "cannot be read: " + e.getMessage());
        }
    }

    private static DocumentSet problem(Code code, String message) {
        return new DocumentSet(
                List.of(),
                List.of(
                        new Diagnostic(
                                code.text(), code.severity(), new Origin(NAME, 0, 0), message)));
    }
}
