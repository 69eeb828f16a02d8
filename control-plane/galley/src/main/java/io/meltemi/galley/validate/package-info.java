/// One resource at a time: what the types cannot say.
@NullMarked
package io.meltemi.galley.validate;

import org.jspecify.annotations.NullMarked;
