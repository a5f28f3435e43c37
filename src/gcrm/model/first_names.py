"""First names that are clearly a woman's or a man's in German, English and Portuguese speaking countries.

Our own short list of common names; a name that is used for both (Kim, Andrea, Robin, Alex) or is rare is not in it.
Folded spelling (see fold.py). Used to notice "Mr Susanne" and to propose a salutation, never to decide one.
"""

from __future__ import annotations

from typing import Literal

from gcrm.model.fold import collapse, fold

Gender = Literal["f", "m", ""]

_FEMALE = """
alexandra alice aline amelia ana anabela angela angelika anja anke anna anneliese annette antonia astrid barbara beate
beatrice beatriz bettina bianca birgit brigitte britta brigida bruna camila carina carla carlota carmen carolina
caroline catarina catherine cecilia charlotte christa christiane christina christine clara claudia conceicao cornelia
cristina dagmar daniela debora deborah denise diana dora doris dorothea dulce edith elena eleonore elfriede elisabeth
elizabeth elke ella ellen elsa elvira emilia emily emma erika esther eva fabiana fatima fernanda filipa filomena
franziska frieda gabriela gabriele gerda gertrud gisela graca greta gudrun hanna hannah hannelore heather heidi heike
helen helena helene helga henriette hilda hildegard ida ilona ilse ines ingeborg ingrid irene iris irmgard isabel
isabella isabelle isabela jana janet jane janine jennifer jessica joana johanna josefine judith julia juliana
juliane karen karin karla karolina katharina kathrin katja katrin kerstin kirsten klara kristin kristina lara larissa
laura lea lena leonie leonor leticia lieselotte lisa lotte lourdes lucia luciana lucy luisa luise luzia madalena
magdalena manuela mara margarete margarida margaret margit margot maria mariana marianne marie marina marion marisa
marlene marta martha martina mary matilde mechthild melanie melissa mia michelle mira miriam monica monika nadia nadine
natalia natalie natascha nathalie nicole nina nora norma olga olivia patricia paula pauline petra pia rachel raquel
rebecca rebekka regina renata renate ricarda rita rosa rosemarie ruth sabine sabrina samantha sandra sara sarah silke
silvia simone sofia sonia sonja sophia sophie stefanie stephanie susan susana susanne susann silvana sylvia sybille
tamara tania tanja tatiana tatjana telma teresa theresa therese tina ulrike ursula ute uta valentina vanessa vera
verena veronica veronika victoria viktoria vitoria waltraud wendy wiebke xenia yvonne zoe
"""
_MALE = """
achim adalbert adam adriano afonso albert alberto albrecht alexander alexandre alfons alfred alfredo alois alvaro
amandio andre andreas andrew anibal anselm anthony anton antonio armando armin arnold arthur artur august augusto axel
bastian ben benedikt benjamin bernd bernhard bernardo bertram bjorn bodo brian bruno burkhard caio carl carlos carsten
charles christian christoph christopher clemens colin cristiano daniel david detlef dennis dieter dietmar dietrich
dinis diogo dirk domingos dominik donald duarte eberhard eckhard eduard eduardo edward edgar egon emanuel emil
enzo erich erik ernst eugen fabian fabio felix ferdinand fernando filipe florian francisco frank franz frederico
friedrich fritz gabriel georg george gerald gerd gerhard gil goncalo gottfried gregor guido guilherme gunther
gunter gustav gustavo hannes hans harald harry hartmut heiko heiner heinrich heinz helder helmut hendrik henrique
henry herbert hermann holger horst hubert hugo ian igor ingo ivo jack jakob jacob james jason jens jeronimo jim
joachim joao joaquim jochen johann johannes john jonas jonathan jorg jorge jose josef joseph joshua julian jurgen
julio justin karl karsten kenneth kevin klaus konrad konstantin kurt lars leandro leonardo leonhard leopold lothar
lourenco luca lucas ludwig luis lukas lutz magnus manfred manuel marcel marcelo marcio marco marcos marcus mario
mark markus martin mateus mathias matthias matthew mauricio max maximilian michael miguel moritz nelson nicolas
niklas nikolaus norbert nuno olaf oliver orlando oscar oskar otto patrick paul paulo pedro peter philip philipp
rafael raimund rainer ralf ralph ramiro raul reiner reinhard reinhold renato ricardo richard robert roberto rodrigo
roger rogerio roland rolf roman ronald rudiger rudolf rudolph rui ruben samuel sebastian sebastiao sergio siegfried
sigmund silvio simon stefan steffen stephan stephen steven sven theo theodor thiago tiago thilo thomas thorsten till
tim timo timothy tobias tom tomas torsten udo ulf ulrich urs uwe valentin vasco vicente victor viktor vitor volker
volkmar walter wenzel werner wilfried wilhelm willi william winfried wolf wolfgang xaver
"""
_WOMEN = frozenset(collapse(name) for name in _FEMALE.split())
_MEN = frozenset(collapse(fold(name)) for name in _MALE.split())


def first_name_gender(first_name: str) -> Gender:
    """Return "f" or "m" for a clearly gendered first name, "" when it does not tell.

    The first of several names counts ("Rainer Maria", "Anna-Lena").
    """
    words = first_name[:60].replace("-", " ").split()
    key = collapse(fold(words[0])) if words else ""
    return "f" if key in _WOMEN else "m" if key in _MEN else ""
