package io.meltemi.cli.explain;

import java.util.List;

/// The whole page. Immutable.
///
/// @param request method and URL
/// @param caller who calls, with its identity
/// @param assumed what nobody has said and is taken for granted
public record Explanation(
        String request, String caller, List<String> assumed, List<Part> parts, Result result) {
    public Explanation {
        assumed = List.copyOf(assumed);
        parts = List.copyOf(parts);
    }

    /// How it ends.
    public sealed interface Result {
        /// For people, one line.
        String text();

        /// An application, or a host outside the mesh, gets the request.
        record Reaches(String text) implements Result {}

        /// The mesh answers in its place.
        ///
        /// @param status 0: the connection is closed without an answer
        /// @param details the proxy's `%RESPONSE_CODE_DETAILS%`; may be empty
        record Answered(int status, String details, String text) implements Result {}
    }
}
