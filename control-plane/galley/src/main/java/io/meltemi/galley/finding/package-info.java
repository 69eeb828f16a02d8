/// What was found in a document, by code and by path.
@NullMarked
package io.meltemi.galley.finding;

import org.jspecify.annotations.NullMarked;
