package io.meltemi.cli.explain;

import io.meltemi.cli.explain.Explanation.Result;

/// The page as people read it. Thread-safe: stateless.
public final class PageText {
    private static final int WIDTH = 14;
    private static final String INDENT = "  ";

    private PageText() {}

    public static String of(Explanation explanation) {
        StringBuilder out = new StringBuilder();
        out.append(explanation.request())
                .append("\n  from ")
                .append(explanation.caller())
                .append('\n');
        explanation.assumed().forEach(each -> out.append(INDENT).append(each).append('\n'));
        int number = 1;
        for (Part part : explanation.parts()) {
            out.append('\n').append(number++).append(". ").append(part.proxy()).append('\n');
            part.steps().forEach(step -> step(out, step));
        }
        return out.append('\n').append(end(explanation.result())).append('\n').toString();
    }

    private static void step(StringBuilder out, Step step) {
        out.append(INDENT)
                .append(step.about())
                .repeat(' ', Math.max(1, WIDTH - step.about().length()))
                .append(step.text());
        if (!step.place().isEmpty()) {
            out.append("  [").append(step.place()).append(']');
        }
        out.append('\n');
        step.notes()
                .forEach(note ->
                        out.append(INDENT)
                                .repeat(' ', WIDTH)
                                .append("- ")
                                .append(note)
                                .append('\n'));
    }

    private static String end(Result result) {
        return switch (result) {
            case Result.Reaches(String text) -> "=> " + text;
            case Result.Answered(int status, String details, String text) ->
                    "=> "
                            + (status == 0 ? "no answer" : status)
                            + ", "
                            + text
                            + (details.isEmpty()
                                    ? ""
                                    : "\n   (response_code_details " + details + ")");
        };
    }
}
