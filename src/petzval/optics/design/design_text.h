// Variables and targets as short text, for the command line and scripts.
#ifndef PETZVAL_OPTICS_DESIGN_DESIGN_TEXT_H_
#define PETZVAL_OPTICS_DESIGN_DESIGN_TEXT_H_

#include <string>
#include <vector>

#include "petzval/optics/design/merit_spec.h"
#include "petzval/optics/lens/lens.h"

namespace petzval::optics {

// "c1-6,t2,t4:0.3..1.5,k2-5,A4@2-13,A4..10@7,nd1,vd1": quantity, surfaces from 1, limits in the
// file's unit (either may be missing: ":0.3.."). "A4..10" are the even powers from 4 to 10,
// "Q0..4" all terms. "all" stands for all surfaces. A range takes the surfaces that have the
// quantity and where it matters: no curvature without a change of index, no glass behind air, no c
// where A2 varies. Limits go to every variable of their item. Errors: kInvalidInput with what is
// wrong and, for an unknown quantity, the nearest known one.
Result<std::vector<Vary>> ParseVary(const Lens& lens, const std::string& text);

// "efl=50,spot,track<=7.6,edge>=0.25,distortion<=2*0.5,cra<=35#3,slope<=50@12": what the rays are
// judged by (spot, chief-spot, wavefront or none; spot by default) and operands. A name, a relation
// = <= >=, a number, then as needed "*" weight, "@" surface from 1, "#" field from 1. efl, track,
// bfl, fnumber and chief are held exactly with "="; a name without relation is held at (efl, bfl,
// fnumber, track) or brought to 0 (distortion, ftheta, lateral, ripple). distortion, ftheta and
// lateral with "<=" limit the magnitude. Unless the text says otherwise, glass and air are kept at
// least 0 thick up to the used edge. "rings=4", "arms=8" and "hexapolar=6" set the pupil sampling.
// Names: see TargetNames.
Result<MeritSpec> ParseTargets(const Lens& lens, const std::string& text);

std::vector<std::string> TargetNames();

}  // namespace petzval::optics

#endif  // PETZVAL_OPTICS_DESIGN_DESIGN_TEXT_H_
