package io.meltemi.model.diagnostic;

/// Where a piece of configuration was written. Immutable.
///
/// @param source the file's path, or the name of another source
/// @param line 1-based; 0 when only the source is known
/// @param column 1-based; 0 when only the line is known
public record Origin(String source, int line, int column) {
    @Override
    public String toString() {
        if (line == 0) {
            return source;
        }
        return column == 0 ? source + ":" + line : source + ":" + line + ":" + column;
    }
}
