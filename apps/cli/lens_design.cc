// petzval lens optimise, tolerance, bake.
#include "lens_verbs.h"
